import { createHmac } from "node:crypto";
import type { Bus } from "../../engine/ports/bus.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import { decodeMessage } from "../../engine/shards/cluster-message.ts";
import type { SettingDigests } from "../../engine/shards/heartbeat.ts";
import type { SignOfLife } from "../../engine/shards/sign-of-life.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { ConfigError } from "../config.ts";
import { connected } from "../workers/thread-bus.ts";

// Enough to tell two settings apart, and of no use to whoever hears it.
const DIGEST_DIGITS = 16;

/** Whose settings they are, and where others are heard. */
export interface SharedSettingsDependencies {
  readonly cluster: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly digests: SettingDigests;
}

/** Digests of what all nodes of a cluster have in common, keyed with the secret: what goes in cannot be told from them. */
export function settingDigests(secret: string, adminToken: string): SettingDigests {
  const digest = (what: string, text: string): string =>
    createHmac("sha256", secret).update(`stampede ${what}\0${text}`).digest("hex").slice(0, DIGEST_DIGITS);
  return { secret: digest("secret", ""), adminToken: digest("admin token", adminToken) };
}

/** Keeps nodes with different secrets, or different admin tokens, from forming one cluster, by listening to the others. */
export class SharedSettings {
  readonly #dependencies: SharedSettingsDependencies;
  readonly #end: () => void;
  /** By node: the setting that differs from ours, by its name in the environment. */
  readonly #different = new Map<string, string>();
  #isOpen = false;

  /** Begins to listen. */
  constructor(dependencies: SharedSettingsDependencies) {
    this.#dependencies = dependencies;
    const { cluster, bus } = dependencies;
    this.#end = bus.subscribe(new ClusterTopics(cluster).heartbeats, (payload) => this.#heard(payload));
  }

  /**
   * Waits for the bus, and then long enough to hear everybody.
   * @throws {ConfigError} naming the setting, when a running node has another one.
   */
  async assertShared(listenMs: number): Promise<void> {
    const { bus, clock } = this.#dependencies;
    await connected(bus);
    await new Promise<void>((resolve) => clock.after(listenMs, resolve));
    for (const [node, setting] of this.#different) throw new ConfigError(refusal(node, setting));
    this.#isOpen = true;
  }

  stop(): void {
    this.#end();
  }

  #heard(payload: string): void {
    const beat = beatOf(payload);
    const theirs = beat?.settings;
    // A release that says nothing of its settings has them all the same.
    if (beat === undefined || theirs === undefined) return;
    const { node } = beat;
    const { digests, log } = this.#dependencies;
    const before = this.#different.get(node);
    this.#different.delete(node);
    if (theirs.secret !== digests.secret) this.#different.set(node, "STAMPEDE_SECRET");
    else if (theirs.adminToken !== digests.adminToken) this.#different.set(node, "STAMPEDE_ADMIN_TOKEN");
    const setting = this.#different.get(node);
    // Nodes that start at the same moment do not hear each other before.
    if (this.#isOpen && setting !== undefined && setting !== before)
      log.error(
        { node, setting },
        "a node of the cluster has another setting than this one: give all the same",
      );
  }
}

function refusal(node: string, setting: string): string {
  return (
    `${setting}: the node ${node} of the cluster runs with another one, and all nodes share it. ` +
    "Give this node the same; to change it, end all nodes first."
  );
}

function beatOf(payload: string) {
  try {
    const sign = decodeMessage(payload) as SignOfLife;
    return sign.type === "Beat" ? sign.heartbeat : undefined;
  } catch {
    // Whoever coordinates says that a node cannot be understood.
    return undefined;
  }
}
