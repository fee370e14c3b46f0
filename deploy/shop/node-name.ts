import type { Bus } from "../../engine/ports/bus.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { decodeMessage } from "../../engine/shards/cluster-message.ts";
import type { SignOfLife } from "../../engine/shards/sign-of-life.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { ConfigError } from "../config.ts";
import { connected } from "../workers/thread-bus.ts";
import { Superseded } from "./superseded.ts";

/** Whose name it is, and where it would be heard. */
export interface NodeNameDependencies {
  readonly node: string;
  readonly cluster: string;
  readonly bus: Bus;
  readonly clock: Clock;
}

/** Keeps two running nodes of a cluster from having one name, by listening to it. */
export class NodeName {
  readonly #dependencies: NodeNameDependencies;
  readonly #end: () => void;
  #isHeard = false;
  /** Number of the start that has the name by right, once it is ours. */
  #mine: number | undefined;
  #superseded: (error: Superseded) => void = () => undefined;

  /** Begins to listen. */
  constructor(dependencies: NodeNameDependencies) {
    this.#dependencies = dependencies;
    const { node, cluster, bus } = dependencies;
    const topic = new ClusterTopics(cluster).heartbeat(node);
    this.#end = bus.subscribe(topic, (payload) => this.#heard(payload));
  }

  /**
   * Waits for the bus, and then long enough to hear who has the name.
   * @throws {ConfigError} when a running node has it.
   */
  async assertFree(listenMs: number): Promise<void> {
    const { node, cluster, bus, clock } = this.#dependencies;
    await connected(bus);
    await new Promise<void>((resolve) => clock.after(listenMs, resolve));
    if (!this.#isHeard) return;
    throw new ConfigError(
      `--node: a node named ${node} runs in the cluster ${cluster} already. Give this one another name.`,
    );
  }

  /** The name is this node's, by that start of it. `superseded` is called when a later start of the name is heard. */
  take(incarnation: number, superseded: (error: Superseded) => void): void {
    this.#mine = incarnation;
    this.#superseded = superseded;
  }

  stop(): void {
    this.#end();
  }

  #heard(payload: string): void {
    let sign: SignOfLife;
    try {
      sign = decodeMessage(payload) as SignOfLife;
    } catch {
      // Whoever coordinates says that a node cannot be understood; it has the name all the same.
      this.#isHeard = true;
      return;
    }
    this.#isHeard = sign.type !== "Goodbye";
    if (sign.type !== "Beat" || this.#mine === undefined || sign.heartbeat.incarnation <= this.#mine) return;
    this.#superseded(new Superseded(`another process has started as the node ${sign.heartbeat.node}`));
    this.stop();
  }
}
