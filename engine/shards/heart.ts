import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { encodeMessage } from "./cluster-message.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { ShardMeasurement } from "./shard-costs.ts";
import type { NodeShards, SignOfLife } from "./sign-of-life.ts";

/** What a node says of itself in every beat, as it is at that moment. */
export type Vitals = Pick<Heartbeat, "databaseReachable" | "loads" | "addresses" | "release" | "protocol">;

// Costs follow the load within a minute.
const MEASURE_MS = 5_000;

/** What a heart needs of its node. */
export interface HeartDependencies {
  readonly node: string;
  readonly incarnation: number;
  readonly laneCount: number;
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly clock: Clock;
  readonly beatEveryMs: number;
  readonly vitals: () => Vitals;
  readonly shards: () => NodeShards;
  /** What the lanes have measured of their shards since they were asked last. */
  readonly measure: () => readonly ShardMeasurement[];
}

/** Tells the cluster that its node lives, until it goes. */
export class Heart {
  readonly #dependencies: HeartDependencies;
  #seq = 0;
  #isLeaving = false;
  #cancelBeat: () => void = () => undefined;
  #cancelMeasure: () => void = () => undefined;

  constructor(dependencies: HeartDependencies) {
    this.#dependencies = dependencies;
    this.#beat();
    this.#measureLater();
  }

  /** From now on says that the node is about to end. */
  leave(): void {
    this.#isLeaving = true;
    this.#beat();
  }

  /** Says that the node ends, and nothing more. */
  stop(): void {
    const { node, incarnation } = this.#dependencies;
    this.#cancelBeat();
    this.#cancelMeasure();
    this.#publish({ type: "Goodbye", node, incarnation });
  }

  #beat(): void {
    const { node, incarnation, laneCount, clock, beatEveryMs, vitals, shards } = this.#dependencies;
    this.#cancelBeat();
    this.#cancelBeat = clock.after(beatEveryMs, () => this.#beat());
    this.#seq += 1;
    const heartbeat = { node, incarnation, seq: this.#seq, lanes: laneCount, ...vitals() };
    this.#publish({ type: "Beat", heartbeat, shards: shards(), isLeaving: this.#isLeaving });
  }

  #measureLater(): void {
    const { clock, measure } = this.#dependencies;
    this.#cancelMeasure = clock.after(MEASURE_MS, () => {
      this.#measureLater();
      this.#publish({ type: "Measured", shards: measure() });
    });
  }

  #publish(sign: SignOfLife): void {
    const { node, bus, topics } = this.#dependencies;
    // One that is lost is followed by the next.
    bus.publish(topics.heartbeat(node), encodeMessage(sign));
  }
}
