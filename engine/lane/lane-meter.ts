import type { LaneMeasurement, ShardMeasurement } from "../ports/node-threads.ts";
import type { Shard } from "./shard.ts";

/** What a lane has done since it started. */
export interface LaneWork {
  /** Units of work for all shards, also those that have gone; see `work-units.ts`. */
  readonly units: number;
  /** Pieces of work taken out of the mailbox. */
  readonly taken: number;
  /** Commands and reads that were sent back: there was no room for them, or their actor cannot be read. */
  readonly refused: number;
  /** Pieces of work in the mailbox now. */
  readonly waiting: number;
  /** Those that it serves now, by number. */
  readonly shards: ReadonlyMap<number, Shard>;
}

/** What a meter reads. */
export interface LaneMeterDependencies {
  readonly work: () => LaneWork;
  /** Processor time that the lane's thread has used, milliseconds. */
  readonly cpuMs: () => number;
  readonly nowMs: () => number;
}

// A crowd that is sent back asks again and again: it is not taken for any amount of work.
const DEMAND_MAX = 3;

interface Reading extends Omit<LaneWork, "shards"> {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly shards: ReadonlyMap<number, Pick<Shard, "epoch" | "work">>;
}

/**
 * Tells what each shard of a lane costs, as a share of one core:
 *
 * `cost = (processor time of the thread / time) × demand × (units of the shard / units of the lane)`,
 * `demand = 1 + (refused + growth of the mailbox) / taken`, within 1 and {@link DEMAND_MAX}.
 *
 * Processor time is what a lane runs out of first, and what a shard takes along when it moves; time at the database does not
 * move, and commits grow with the load by themselves. It is measured for the whole thread, so that frames, encoding, garbage
 * and the journal's client are in it, and spread by {@link LaneWork.units work units}, which cost a few additions per decision.
 * A full lane uses one core however much waits: what could not be taken counts as if it had been.
 */
export class LaneMeter {
  readonly #dependencies: LaneMeterDependencies;
  #last: Reading;

  constructor(dependencies: LaneMeterDependencies) {
    this.#dependencies = dependencies;
    this.#last = this.#read();
  }

  /** What lane and shards have cost since this was asked last. */
  measure(): LaneMeasurement {
    const before = this.#last;
    const now = this.#read();
    this.#last = now;
    const passedMs = now.atMs - before.atMs;
    // The machine's clock was set back: the next measurement tells.
    if (passedMs <= 0) return { load: 0, shards: [] };
    const load = Math.min(1, Math.max(0, (now.cpuMs - before.cpuMs) / passedMs));
    const units = now.units - before.units;
    const costPerUnit = units === 0 ? 0 : (load * demandOf(before, now)) / units;
    const shards: ShardMeasurement[] = [];
    for (const [shard, { epoch, work }] of now.shards) {
      const last = before.shards.get(shard);
      // It has come, or was built anew, since then: a part of the time tells too little.
      if (last === undefined || last.epoch !== epoch || last.work > work) continue;
      shards.push({ shard, cost: rounded((work - last.work) * costPerUnit) });
    }
    return { load: rounded(load), shards };
  }

  #read(): Reading {
    const { work, cpuMs, nowMs } = this.#dependencies;
    const { shards, ...rest } = work();
    const byShard = new Map(
      [...shards].map(([number, { epoch, work: units }]) => [number, { epoch, work: units }]),
    );
    return { ...rest, atMs: nowMs(), cpuMs: cpuMs(), shards: byShard };
  }
}

/** How much more work has come than was taken. */
function demandOf(before: Reading, now: Reading): number {
  const taken = now.taken - before.taken;
  if (taken === 0) return 1;
  const left = now.refused - before.refused + Math.max(0, now.waiting - before.waiting);
  return Math.min(DEMAND_MAX, 1 + left / taken);
}

// What is below is noise, and would make messages longer.
const STEPS_PER_CORE = 100_000;

function rounded(share: number): number {
  return Math.round(share * STEPS_PER_CORE) / STEPS_PER_CORE;
}
