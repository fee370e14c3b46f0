import type { Bus } from "../../engine/ports/bus.ts";
import type { Log } from "../../engine/ports/log.ts";
import { defaultClusterLimits } from "../../engine/shards/cluster-limits.ts";
import type { SettingDigests } from "../../engine/shards/heartbeat.ts";
import type { ClusterConfig } from "../cluster-config.ts";
import { systemClock } from "../system-clock.ts";
import { NodeName } from "./node-name.ts";
import { SharedSettings } from "./shared-settings.ts";
import type { Superseded } from "./superseded.ts";

// Whoever has our name says so in each of three beats.
const NAME_BEATS = 3;

/** What a node makes sure of before it joins a cluster, by listening: that its name is free, and its settings are those of all. */
export class JoiningChecks {
  readonly #name: NodeName;
  readonly #settings: SharedSettings;
  readonly #isFree: Promise<void>;
  readonly #isShared: Promise<void>;

  /** Begins to listen. */
  constructor(cluster: ClusterConfig, bus: Bus, digests: SettingDigests, log: Log) {
    const listenMs = defaultClusterLimits.membership.beatEveryMs * NAME_BEATS;
    this.#name = new NodeName({ ...cluster, bus, clock: systemClock });
    this.#isFree = this.#name.assertFree(listenMs);
    this.#settings = new SharedSettings({ ...cluster, bus, clock: systemClock, log, digests });
    this.#isShared = this.#settings.assertShared(listenMs);
    // Nobody awaits them yet when something else fails first.
    for (const heard of [this.#isFree, this.#isShared]) heard.catch(() => undefined);
  }

  /**
   * Resolves when all has been heard that there is to hear.
   * @throws {ConfigError} when another node has the name, or they have another secret or token.
   */
  async passed(): Promise<void> {
    await this.#isFree;
    await this.#isShared;
  }

  /** The name is this node's, by that start of it. `superseded` is called when a later start of the name is heard. */
  take(incarnation: number, superseded: (error: Superseded) => void): void {
    this.#name.take(incarnation, superseded);
  }

  stop(): void {
    this.#name.stop();
    this.#settings.stop();
  }
}
