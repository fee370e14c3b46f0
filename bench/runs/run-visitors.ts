import type { Acknowledgement } from "../promises/acknowledgement.ts";
import { readCpuTime, type MeasuredProcesses } from "../machine/cpu-time.ts";
import { shelvesLeft } from "../shelves/run-shelves.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import type { Generators, LoadEvents, LoadPlan } from "../load/generators.ts";
import { RunRecord, type Boundary, type RunFigures } from "./run-record.ts";
import type { Saturation } from "./run-result.ts";
import type { RunWatch } from "./run-stage.ts";
import { SaturationAlarm } from "./saturation.ts";
import { Schedule } from "./schedule.ts";
import { SecondClock } from "./second-clock.ts";

/** Processes that visitors come from, ready to begin. */
export type RunningGenerators = Pick<Generators, "start" | "stop" | "done" | "close">;

/** Starts the processes and opens their connections. @throws when the shop lets somebody not in. */
export type OpenGenerators = (plan: LoadPlan, events: LoadEvents) => Promise<RunningGenerators>;

/** What is measured beside the generators. */
export interface Surroundings {
  readonly processes: MeasuredProcesses;
  /** Units that can still be bought of the most popular product; null when nobody knows. */
  readonly available: () => number | null;
}

/** What visitors saw of a shop. */
export interface Visit extends RunFigures {
  /** Orders that shoppers were told of, those of the warm-up included. */
  readonly acknowledged: readonly Acknowledgement[];
  readonly unanswered: number;
  /** When the first visitor could come, milliseconds since 1970. */
  readonly startAtMs: number;
  readonly saturation: Saturation;
  readonly interrupted: boolean;
  readonly shopWentAway: boolean;
}

// Until then every generator has heard when it begins.
const START_IN_MS = 250;
// Generators give what is under way at the end some time; after this much they are stuck.
const FINISH_MS_MAX = 60_000;

/**
 * Has visitors come to a shop, and measures what they and the machine see.
 * @throws {Interrupted} when it is told to end before the first visitor came; when a generator fails or does not end.
 */
export async function runVisitors(
  plan: LoadPlan,
  openGenerators: OpenGenerators,
  surroundings: Surroundings,
  watch: RunWatch,
): Promise<Visit> {
  const schedule = new Schedule(plan.scenario);
  const record = new RunRecord(schedule, plan.generators, (second) => watch.second?.(second));
  const alarm = new SaturationAlarm(schedule);
  const acknowledged: Acknowledgement[] = [];
  const generators = await open(plan, openGenerators, watch, {
    opening: (opened, total) => watch.stage?.("opening connections", opened, total),
    second: (second) => {
      alarm.take(second);
      const { result } = alarm;
      if (result.isSaturated) watch.saturated?.(result);
      record.take(second);
    },
    acknowledged: (orders) => {
      for (const order of orders) acknowledged.push(order);
    },
  });
  const startAtMs = Date.now() + START_IN_MS;
  const look = (second: number, atSeconds: number): Boundary => ({
    second,
    atSeconds,
    cpu: readCpuTime(surroundings.processes),
    available: surroundings.available(),
  });
  const clock = new SecondClock(startAtMs, (second, atSeconds) => {
    record.boundary(look(second, atSeconds));
    if (second >= schedule.totalSeconds) watch.stage?.("finishing");
  });
  const aborted = untilAborted(watch.signal);
  try {
    generators.start(startAtMs);
    watch.stage?.("running");
    const patienceMs = schedule.totalSeconds * 1_000 + FINISH_MS_MAX;
    const end = Promise.race([generators.done, aborted.promise]);
    const early = await within(patienceMs, end);
    // Nobody was served from the moment the shop was gone; that this was noticed later makes no rate smaller.
    if (early === undefined) record.endedEarly(clock.seconds);
    else if (early.cutOffAtSeconds !== null) record.endedEarly(early.cutOffAtSeconds);
    if (early === undefined) {
      watch.stage?.("finishing");
      generators.stop();
    }
    const { unanswered, cutOffAtSeconds } = early ?? (await within(FINISH_MS_MAX, generators.done));
    const interrupted = early === undefined;
    const figures = record.finish(look(0, clock.seconds));
    const shopWentAway = cutOffAtSeconds !== null && !interrupted;
    const saturation = alarm.result;
    return { ...figures, acknowledged, unanswered, startAtMs, saturation, interrupted, shopWentAway };
  } finally {
    aborted.forget();
    clock.stop();
    await generators.close();
  }
}

/** Opens all connections, unless the run shall end before that. @throws {Interrupted} */
async function open(
  plan: LoadPlan,
  openGenerators: OpenGenerators,
  { stage, signal = new AbortController().signal }: RunWatch,
  events: LoadEvents,
): Promise<RunningGenerators> {
  stage?.("opening connections");
  const opening = openGenerators(plan, events);
  try {
    return await unlessInterrupted(signal, opening, shelvesLeft(plan.runId));
  } catch (error) {
    // Those that are opened all the same are not left alone.
    opening.then(
      (generators) => generators.close(),
      () => undefined,
    );
    throw error;
  }
}

/** Resolves, with nothing, when a signal tells to end; `forget` when nobody waits for it any more. */
function untilAborted(signal: AbortSignal | undefined) {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const abort = (): void => resolve(undefined);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  return { promise, forget: (): void => signal?.removeEventListener("abort", abort) };
}

/** Waits for the generators. @throws when they do not end in time. */
async function within<Ended>(patienceMs: number, ended: Promise<Ended>): Promise<Ended> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`a generator has not ended within ${Math.round(patienceMs / 1_000)} s`)),
    patienceMs,
  );
  return Promise.race([ended, late.promise]).finally(() => clearTimeout(timer));
}
