import { checkWorld } from "./check-world.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import { ChaosWorld } from "./chaos-world.ts";
import type { Evidence } from "./evidence.ts";
import type { Fault, FaultOf, Settled } from "./fault.ts";
import type { TestedWorld } from "./tested-world.ts";

/** How a fault is run. */
export interface RunOptions {
  readonly cycles: number;
  /** Time that the crowd shops in each cycle, apart from what the fault takes, seconds. */
  readonly secondsPerCycle: number;
  /** Ends the run after the cycle under way is broken off; nothing is left running. */
  readonly signal: AbortSignal;
  /** Called after each cycle. */
  readonly cycleEnded: (cycle: CycleResult) => void;
  /** Called before a world goes in which something was broken, or that a fault could not be done in. Must not throw. */
  readonly broken: (evidence: Evidence) => void;
}

/** One time that a fault struck. */
export interface CycleResult {
  /** Counts from 1. */
  readonly cycle: number;
  /** Null: it served all the time. */
  readonly toServeMs: number | null;
  /** Appends of a former owner that were refused. */
  readonly fencedAppends: number;
  /** Orders that the crowd was told of so far. */
  readonly acknowledged: number;
  /** Commands of the crowd that were told to ask again, so far. */
  readonly failed: number;
  readonly lost: number;
  readonly oversold: number;
  /** Everything else that was not as it has to be. */
  readonly others: number;
  /** The first sentences about all that. */
  readonly problems: readonly string[];
}

/** How long everybody has been buying flat out when the fault strikes. */
const RUSH_MS = 300;
const SERVED_MS_MAX = 60_000;
const REST_MS_MAX = 90_000;
const NOTHING_TO_SETTLE: Settled = { problems: [], fencedAppends: 0 };

/**
 * Lets a fault strike again and again in a world of its own, and checks after each time. Ends with the first cycle in
 * which something was broken: what follows would only repeat it.
 * @throws when the world cannot be opened; {Interrupted} when the run is ended by its signal.
 */
export async function runFault(fault: Fault, options: RunOptions): Promise<readonly CycleResult[]> {
  return runCycles(fault, await ChaosWorld.open(fault.world), options);
}

/** The same in a world that is open. It is closed in any case. */
export async function runCycles<World extends TestedWorld>(
  fault: FaultOf<World>,
  world: World,
  options: RunOptions,
): Promise<readonly CycleResult[]> {
  const results: CycleResult[] = [];
  try {
    const failure = await strikeUntilBroken(fault, world, options, results).catch((error: unknown) => ({
      error,
    }));
    const isBroken = (results.at(-1)?.problems.length ?? 0) > 0;
    // Processes may have heard the same Ctrl-C, and be gone.
    if (failure === undefined ? isBroken : !options.signal.aborted)
      options.broken({ fault: fault.name, world, results, failure: failure && String(failure.error) });
    if (failure !== undefined) throw failure.error;
    return results;
  } finally {
    await world.close();
  }
}

/** Adds the result of each cycle to `results`. */
async function strikeUntilBroken<World extends TestedWorld>(
  fault: FaultOf<World>,
  world: World,
  { cycles, secondsPerCycle, signal, cycleEnded }: RunOptions,
  results: CycleResult[],
): Promise<undefined> {
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const failedBefore = results.at(-1)?.failed ?? 0;
    const running = runCycle(fault, world, { cycle, secondsPerCycle, failedBefore });
    const result = await unlessInterrupted(signal, running);
    results.push(result);
    cycleEnded(result);
    if (result.problems.length > 0) return;
  }
}

async function runCycle<World extends TestedWorld>(
  fault: FaultOf<World>,
  world: World,
  options: {
    readonly cycle: number;
    readonly secondsPerCycle: number;
    readonly failedBefore: number;
  },
): Promise<CycleResult> {
  const { cycle, secondsPerCycle, failedBefore } = options;
  const { load } = world;
  await world.prepare?.();
  load.shop();
  // At another moment of the crowd's work each time.
  await Bun.sleep(secondsPerCycle * 1_000 * (0.4 + 0.3 * Math.random()));
  load.rush();
  await Bun.sleep(RUSH_MS);
  const { sinceMs, served, isUnnoticed, settle } = await fault.strike(world, cycle - 1);
  const servedAtMs = await (served ?? ((deadlineMs) => load.served(deadlineMs)))(SERVED_MS_MAX);
  const settled = (await settle?.()) ?? NOTHING_TO_SETTLE;
  await Bun.sleep(secondsPerCycle * 1_000 * 0.3);
  const { acknowledged, failed, failures, unexpected } = await load.rest(REST_MS_MAX);
  const problems = [...settled.problems, ...unexpected];
  if (isUnnoticed === true && failed > failedBefore)
    problems.push(`${failed - failedBefore} commands were told to ask again: ${failures.join("; ")}`);
  const { lost, oversold, others, violations } = await checkWorld(world);
  const found = violations.map(({ code, text, evidence }) => `${code}: ${evidence.address ?? ""} ${text}`);
  return {
    cycle,
    toServeMs: servedAtMs === undefined ? null : servedAtMs - sinceMs,
    fencedAppends: settled.fencedAppends,
    acknowledged,
    failed,
    lost,
    oversold,
    others: others + problems.length,
    problems: [...problems, ...found],
  };
}
