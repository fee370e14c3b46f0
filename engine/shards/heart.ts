import type { Bus } from "../ports/bus.ts";
import type { ShardMeasurement } from "../ports/node-threads.ts";
import type { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { encodeMessage } from "./cluster-message.ts";
import { CostReports, type CostReportsDependencies } from "./cost-reports.ts";
import type { Echo } from "./echo.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { NodeShards, SignOfLife } from "./sign-of-life.ts";

/** What a node says of itself in every beat, as it is at that moment. */
export type Vitals = Pick<Heartbeat, "databaseReachable" | "release" | "protocol" | "settings">;

/** What a heart needs of its node. */
export interface HeartDependencies extends Omit<CostReportsDependencies, "report"> {
  readonly node: string;
  readonly incarnation: number;
  readonly bus: Bus;
  readonly topics: ClusterTopics;
  readonly beatEveryMs: number;
  readonly vitals: () => Vitals;
  readonly shards: () => NodeShards;
  /** Told of every beat. */
  readonly echo: Pick<Echo, "said">;
}

/** Tells the cluster that its node lives, until it goes. */
export class Heart {
  readonly #dependencies: HeartDependencies;
  readonly #costs: CostReports;
  #seq = 0;
  #isLeaving = false;
  #cancelBeat: () => void = () => undefined;

  constructor(dependencies: HeartDependencies) {
    this.#dependencies = dependencies;
    const report = (shards: readonly ShardMeasurement[]): void => this.#publish({ type: "Measured", shards });
    this.#costs = new CostReports({ ...dependencies, report });
    this.#beat();
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
    this.#costs.stop();
    this.#publish({ type: "Goodbye", node, incarnation });
  }

  #beat(): void {
    const { node, incarnation, laneCount, clock, beatEveryMs, vitals, shards, echo } = this.#dependencies;
    this.#cancelBeat();
    this.#cancelBeat = clock.after(beatEveryMs, () => this.#beat());
    this.#seq += 1;
    const { loads } = this.#costs;
    const heartbeat = { node, incarnation, seq: this.#seq, lanes: laneCount, loads, ...vitals() };
    echo.said();
    this.#publish({ type: "Beat", heartbeat, shards: shards(), isLeaving: this.#isLeaving });
  }

  #publish(sign: SignOfLife): void {
    const { node, bus, topics } = this.#dependencies;
    // One that is lost is followed by the next.
    bus.publish(topics.heartbeat(node), encodeMessage(sign));
  }
}
