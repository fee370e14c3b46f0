import { unlessInterrupted } from "../interruption/interruption.ts";
import { readCpuTime, type MeasuredProcesses } from "../flash-sale/cpu-time.ts";
import type { FromGenerator, GeneratorTask } from "../load/generator-messages.ts";
import { GeneratorReports } from "./generator-reports.ts";
import { RunRecord, type Boundary, type RunFigures } from "./run-record.ts";
import type { RunWatch } from "./run-stage.ts";
import { SaturationAlarm } from "./saturation.ts";
import { Schedule } from "./schedule.ts";
import { SecondClock } from "./second-clock.ts";
import type { Saturation } from "./run-result.ts";
import type { Acknowledgement } from "../flash-sale/acknowledgement.ts";

/** Generator processes that were given their tasks. */
export interface RunningGenerators {
  /** All begin at this time by the machine's clock, milliseconds since 1970. */
  start(atMs: number): void;
  /** Nobody comes any more; what is under way goes on to its end. */
  stop(): void;
  /** Ends what is left of the processes, and resolves when they are gone. */
  close(): Promise<void>;
}

/** Starts a generator for every task; `told` is called with everything that they say until they are closed. */
export type StartGenerators = (
  tasks: readonly GeneratorTask[],
  told: (generator: number, message: FromGenerator) => void,
) => RunningGenerators;

/** What is measured beside the generators. */
export interface Surroundings {
  readonly processes: MeasuredProcesses;
  /** Units that can still be bought of the most popular product; null when nobody knows. */
  readonly available: () => number | null;
}

/** What visitors saw of a shop. */
export interface Visit extends RunFigures {
  readonly acknowledged: readonly Acknowledgement[];
  readonly unanswered: number;
  readonly saturation: Saturation;
  readonly interrupted: boolean;
  readonly shopWentAway: boolean;
}

// Until then every generator has heard when it begins.
const START_IN_MS = 250;
// What is under way at the end gets some time from the generators; after this more of it they are stuck.
const FINISH_MS_MAX = 60_000;

/**
 * Has visitors come to a shop as the tasks say, and measures what they and the machine see.
 * @throws {Interrupted} when it is told to end before the first visitor came; when a generator fails or does not end.
 */
export async function runVisitors(
  tasks: readonly GeneratorTask[],
  startGenerators: StartGenerators,
  { processes, available }: Surroundings,
  watch: RunWatch,
): Promise<Visit> {
  const [task] = tasks;
  if (task === undefined) throw new Error("a run has at least one generator");
  const schedule = new Schedule(task.scenario);
  const record = new RunRecord(schedule, tasks.length, (second) => watch.second?.(second));
  const alarm = new SaturationAlarm(task.scenario.warmUpSeconds);
  const reports = new GeneratorReports(tasks.length, record, alarm, (opened, total) =>
    watch.stage?.("opening connections", opened, total),
  );
  const { signal = new AbortController().signal } = watch;
  watch.stage?.("opening connections");
  const generators = startGenerators(tasks, (generator, message) => reports.receive(generator, message));
  let clock: SecondClock | undefined;
  try {
    await unlessInterrupted(signal, reports.ready);
    const startAtMs = Date.now() + START_IN_MS;
    generators.start(startAtMs);
    watch.stage?.("running");
    const look = (second: number, atSeconds: number): Boundary => ({
      second,
      atSeconds,
      cpu: readCpuTime(processes),
      available: available(),
    });
    const started = new SecondClock(startAtMs, (second, atSeconds) => {
      record.boundary(look(second, atSeconds));
      if (second >= schedule.totalSeconds) watch.stage?.("finishing");
    });
    clock = started;
    const leftMs = (): number => (schedule.totalSeconds - started.seconds) * 1_000;
    const isOver = await endOf(reports.ended, signal, leftMs() + FINISH_MS_MAX);
    record.endedEarly(started.seconds);
    if (!isOver) {
      watch.stage?.("finishing");
      generators.stop();
      await within(FINISH_MS_MAX, reports.ended);
    }
    const interrupted = !isOver;
    const figures = record.finish(look(0, started.seconds));
    return {
      ...figures,
      acknowledged: reports.acknowledged,
      unanswered: reports.unanswered,
      saturation: alarm.result,
      interrupted,
      shopWentAway: !interrupted && reports.isCutOff,
    };
  } finally {
    clock?.stop();
    await generators.close();
  }
}

/** Waits until all visitors have left, and tells whether they have: false when the run shall end early. */
async function endOf(ended: Promise<void>, signal: AbortSignal, patienceMs: number): Promise<boolean> {
  const aborted = Promise.withResolvers<false>();
  const abort = (): void => aborted.resolve(false);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([within(patienceMs, ended).then(() => true), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Waits for the generators to end. @throws when they do not in time. */
async function within(patienceMs: number, ended: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`a generator has not ended within ${Math.round(patienceMs / 1_000)} s`)),
    patienceMs,
  );
  await Promise.race([ended, late.promise]).finally(() => clearTimeout(timer));
}
