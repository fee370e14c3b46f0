import { existsSync } from "node:fs";
import { join } from "node:path";
import { newRunId } from "../../bench/shelves/run-id.ts";
import { interruptible } from "../../bench/interruption/interruption.ts";
import { readRecordedDay, type RecordedDay } from "../../bench/load/recorded-day.ts";
import { RESULT_FILE } from "../../bench/report/result-file.ts";
import { writeReports } from "../../bench/report/write-reports.ts";
import { LiveView, type Screen } from "../../bench/runs/live-view.ts";
import type { RunResult } from "../../bench/runs/run-result.ts";
import { runScenario, type RunPlan } from "../../bench/runs/run-scenario.ts";
import type { RunWatch } from "../../bench/runs/run-stage.ts";
import { runText } from "../../bench/runs/run-text.ts";
import { Schedule } from "../../bench/runs/schedule.ts";
import { parseThreshold, ThresholdFault } from "../../bench/runs/thresholds.ts";
import { tuned, TuningFault } from "../../bench/runs/tuned-scenario.ts";
import { exitCodeOf } from "../../bench/runs/verdict.ts";
import { SourceError } from "../../bench/retail/source-error.ts";
import { readScenario } from "../../bench/scenario/read-scenario.ts";
import type { Scenario } from "../../bench/scenario/scenario.ts";
import { ConfigError } from "../config.ts";
import { VERSION } from "../version.ts";
import type { RunOptions } from "./bench-run-command.ts";
import { styled } from "./cluster/text-table.ts";
import { measureShop } from "./measured-shop.ts";

// Time to list products and open connections, and some more.
const TOKEN_LIFE_BEYOND_RUN_MS = 60 * 60 * 1_000;

/**
 * Runs a scenario, prints what came of it, writes its report, and sets the exit code.
 * @throws {ConfigError} for a scenario or an option that is none; {Interrupted} before the first visitor came.
 */
export async function benchRun(name: string, options: RunOptions): Promise<void> {
  assertNoRunIn(options.out);
  const plan = await planOf(name, options);
  const result = await interruptible((signal) => runAt(plan, options, signal));
  process.exitCode = exitCodeOf(result);
  // Before the files: a directory that cannot be written to shall not take the figures along.
  process.stdout.write(`${options.json === true ? JSON.stringify(result) : runText(result)}\n`);
  const directory = options.out ?? join(options.data, "bench", plan.runId);
  const { html } = await writeReports(result, directory);
  if (options.json !== true) process.stdout.write(`\nreport ${html}\n`);
}

/** A report is not replaced by that of another run. @throws {ConfigError} */
function assertNoRunIn(directory: string | undefined): void {
  if (directory === undefined || !existsSync(join(directory, RESULT_FILE))) return;
  throw new ConfigError(`--out: ${directory} holds the report of another run; name another directory`);
}

/** @throws {ConfigError} that names what is wrong. */
async function planOf(name: string, options: RunOptions): Promise<RunPlan> {
  const { generators, sockets, rateFactor, secondsFactor, threshold, retailFile, seed = anySeed() } = options;
  const runId = newRunId(Date.now());
  try {
    const thresholds = threshold.map(parseThreshold);
    const scenario = tuned(readScenario(name), {
      sockets,
      rateFactor,
      secondsFactor,
      thresholds,
      generators,
    });
    const recorded = await recordedDay(scenario, retailFile, runId);
    return { runId, seed, scenario, generators, version: VERSION, recorded };
  } catch (error) {
    if (!isFault(error)) throw error;
    const detail = error.name === "ThresholdFault" ? `--threshold: ${error.message}` : error.message;
    throw new ConfigError(detail, { cause: error });
  }
}

/** The day that a scenario plays; undefined when it plays none. @throws {ConfigError} when there is a file too few or many. */
async function recordedDay(
  scenario: Scenario,
  retailFile: string | undefined,
  runId: string,
): Promise<RecordedDay | undefined> {
  const isRecorded = scenario.arrivals.kind === "recorded";
  if (isRecorded && retailFile !== undefined) return readRecordedDay(retailFile, scenario, runId);
  if (isRecorded) throw new ConfigError(`--retail-file: ${scenario.name} plays a day of one; name it`);
  if (retailFile !== undefined) throw new ConfigError(`--retail-file: ${scenario.name} plays none`);
  return undefined;
}

/** Something that whoever typed the command can put right. */
function isFault(error: unknown): error is Error {
  return error instanceof ThresholdFault || error instanceof TuningFault || error instanceof SourceError;
}

function anySeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] as number;
}

/** Runs at the shop that the options name. */
async function runAt(plan: RunPlan, options: RunOptions, signal: AbortSignal): Promise<RunResult> {
  const { totalSeconds } = new Schedule(plan.scenario);
  const live = new LiveView(errorScreen(), plan.scenario.name, totalSeconds);
  const watch: RunWatch = {
    signal,
    stage: (stage, done, total) => live.stage(stage, done, total),
    second: (second) => live.second(second),
    saturated: (saturation) => live.saturated(saturation),
  };
  const lifeMs = totalSeconds * 1_000 + TOKEN_LIFE_BEYOND_RUN_MS;
  try {
    return await measureShop(options, (shop) => runScenario(shop, plan, watch), lifeMs);
  } finally {
    live.end();
  }
}

/** Standard error: the result alone goes to standard output. */
function errorScreen(): Screen {
  const { stderr } = process;
  return {
    isTerminal: stderr.isTTY,
    hasColour: styled(stderr),
    columns: () => stderr.columns ?? 0,
    write: (text) => void stderr.write(text),
  };
}
