import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFailedTests } from "./failed-tests.ts";
import type { FailedTest } from "./failed-tests.ts";
import type { Step } from "./steps.ts";
import { readTestTotals } from "./test-totals.ts";
import type { Totals } from "./test-totals.ts";

/** Only the end of a step's output is kept for counting: the summary is there. */
const KEPT_CHARACTERS_MAX = 64 * 1024;

interface Outcome extends Totals {
  /** Of a step that counts its tests, those that have told why. */
  readonly failedTests: readonly FailedTest[];
}

interface StepResult extends Outcome {
  readonly step: Step;
  readonly elapsedMs: number;
}

/** Runs all steps one after the other, shows their output as it comes, and returns what passed and failed. */
export async function runSteps(steps: readonly Step[], paths: readonly string[]): Promise<Totals> {
  const results: StepResult[] = [];
  for (const step of steps) {
    process.stdout.write(`\n== ${step.name}: ${step.title}\n`);
    const startedMs = performance.now();
    const outcome = await (step.counted ? runTests(step, paths) : runStep(step));
    const result = { ...outcome, step, elapsedMs: performance.now() - startedMs };
    process.stdout.write(`== ${describe(result)}\n`);
    results.push(result);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const broken = results.filter((result) => result.failed > 0);
  // Again, since they may be thousands of lines above.
  for (const { place, name, why } of results.flatMap(({ failedTests }) => failedTests))
    process.stdout.write(`\n${place} ${name}\n${why}\n`);
  process.stdout.write(`\n${results.map((result) => `${describe(result)}\n`).join("")}`);
  for (const { step } of broken) process.stdout.write(`${step.name}: ${step.repair}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return { passed, failed };
}

async function runStep(step: Step): Promise<Outcome> {
  const child = Bun.spawn([process.execPath, ...step.command], { stdio: ["ignore", "inherit", "inherit"] });
  const hasPassed = (await child.exited) === 0;
  return { passed: hasPassed ? 1 : 0, failed: hasPassed ? 0 : 1, failedTests: [] };
}

async function runTests(step: Step, paths: readonly string[]): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "stampede-quality-"));
  try {
    const report = join(directory, "report.xml");
    const reporting = ["--reporter=junit", `--reporter-outfile=${report}`];
    const child = Bun.spawn([process.execPath, ...step.command, ...reporting, ...paths], {
      env: testEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const outputs = await Promise.all([passOn(child.stdout), passOn(child.stderr)]);
    const totals = readTestTotals(outputs.join("\n"), await child.exited);
    const failedTests = existsSync(report) ? readFailedTests(readFileSync(report, "utf8")) : [];
    return { ...totals, failedTests };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

// CI makes `bun test` refuse a forgotten `.only` and unwritten snapshots, on every machine alike.
function testEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CI: "true", ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
}

/** Shows a stream as it comes and returns its end. */
async function passOn(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let kept = "";
  for await (const chunk of stream) {
    process.stdout.write(chunk);
    kept = (kept + decoder.decode(chunk, { stream: true })).slice(-KEPT_CHARACTERS_MAX);
  }
  return kept;
}

function describe({ step, passed, failed, elapsedMs }: StepResult): string {
  const counts = step.counted ? ` (${passed} passed, ${failed} failed)` : "";
  return `${step.name.padEnd(6)} ${failed === 0 ? "ok    " : "FAILED"} ${(elapsedMs / 1000).toFixed(1)} s${counts}`;
}
