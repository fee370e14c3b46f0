import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { NodeThreads, ShardMeasurement } from "../ports/node-threads.ts";

// Twice within the half-life of a cost.
const MEASURE_MS = 5_000;

/** What is needed to report costs. */
export interface CostReportsDependencies {
  readonly laneCount: number;
  readonly threads: Pick<NodeThreads, "measure">;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with what one lane has measured of its shards. */
  readonly report: (shards: readonly ShardMeasurement[]) => void;
}

/** Asks each lane of a node now and then what its shards cost. A lane that does not answer is not asked again before it does. */
export class CostReports {
  readonly #dependencies: CostReportsDependencies;
  readonly #loads: (number | null)[];
  readonly #cancels: (() => void)[];
  #isStopped = false;

  constructor(dependencies: CostReportsDependencies) {
    this.#dependencies = dependencies;
    const lanes = Array.from({ length: dependencies.laneCount }, (_, lane) => lane);
    this.#loads = lanes.map(() => null);
    this.#cancels = lanes.map(() => () => undefined);
    for (const lane of lanes) this.#askLater(lane);
  }

  /** By lane: the share of one core that its thread has used lately; null until it is measured. */
  get loads(): readonly (number | null)[] {
    return [...this.#loads];
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancels) cancel();
  }

  #askLater(lane: number): void {
    if (this.#isStopped) return;
    this.#cancels[lane] = this.#dependencies.clock.after(MEASURE_MS, () => void this.#ask(lane));
  }

  async #ask(lane: number): Promise<void> {
    const { threads, log, report } = this.#dependencies;
    try {
      const { load, shards } = await threads.measure(lane);
      if (this.#isStopped) return;
      this.#loads[lane] = load;
      report(shards);
    } catch (error) {
      log.warn({ err: error, lane }, "what the shards of a lane cost cannot be measured at the moment");
    }
    this.#askLater(lane);
  }
}
