import { assert } from "../../contract/assert.ts";
import { parseEndpoint, type Endpoint } from "./endpoint.ts";

const WORD = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Who enters the bus: what each may publish and hear is in `deploy/nats/nats-server.conf`. */
export type BusRole = "node" | "gateway" | "operator";

/**
 * The topics of one cluster. What may be published by whom follows from a topic's third word, so that the bus itself can
 * keep a gateway from speaking as an owner.
 */
export class ClusterTopics {
  readonly #prefix: string;

  /** `cluster` has 1–63 letters, digits and dashes. */
  constructor(cluster: string) {
    this.#prefix = `stampede.${word(cluster)}`;
  }

  /**
   * Frames for one thread from another one; both are named as `node-b/lane-2`. What one lane says to another it says as the owner of
   * shards, so that has a topic of its own.
   */
  inbox(endpoint: string, sender: string): string {
    const { role, node, number } = endpointOf(endpoint);
    const isFromOwner = role === "lane" && endpointOf(sender).role === "lane";
    return `${this.#prefix}.${isFromOwner ? "owner" : role}.${node}.${number}`;
  }

  /** All topics that have frames for one thread. */
  inboxes(endpoint: string): readonly string[] {
    const { role, node, number } = endpointOf(endpoint);
    const kinds = role === "lane" ? [role, "owner"] : [role];
    return kinds.map((kind) => `${this.#prefix}.${kind}.${node}.${number}`);
  }

  /** Requests to one node. */
  control(node: string): string {
    return `${this.#prefix}.control.${word(node)}`;
  }

  /** What other lanes tell one lane about moves of shards. */
  relay(node: string, lane: number): string {
    return `${this.#prefix}.control.${word(node)}.${lane}`;
  }

  /** Requests to whoever coordinates. */
  get coordinator(): string {
    return `${this.#prefix}.coordinator`;
  }

  /** Announcements of changes of the placement. */
  get placement(): string {
    return `${this.#prefix}.placement`;
  }

  /** Signs of life of one node. */
  heartbeat(node: string): string {
    return `${this.#prefix}.heartbeat.${word(node)}`;
  }

  /** Signs of life of all nodes. */
  get heartbeats(): string {
    return `${this.#prefix}.heartbeat.*`;
  }

  /** Requests for the figures of one node. */
  figures(node: string): string {
    return `${this.#prefix}.figures.${word(node)}`;
  }

  /** What the answers to requests of such a user come under. */
  replies(role: BusRole): string {
    return `${this.#prefix}.reply.${role}`;
  }
}

function endpointOf(name: string): Endpoint {
  const parsed = parseEndpoint(name);
  assert(parsed !== undefined, "an endpoint is named node/role-number", "bus", name);
  return parsed;
}

function word(text: string): string {
  assert(WORD.test(text), "a name has letters, digits and dashes", "bus", text);
  return text;
}
