import type { Step } from "./steps.ts";
import { readTestTotals } from "./test-totals.ts";
import type { Totals } from "./test-totals.ts";

/** Only the end of a step's output is kept for counting: the summary is there. */
const KEPT_CHARACTERS_MAX = 64 * 1024;

interface StepResult extends Totals {
  readonly step: Step;
  readonly elapsedMs: number;
}

/** Runs all steps one after the other, shows their output as it comes, and returns what passed and failed. */
export async function runSteps(steps: readonly Step[], paths: readonly string[]): Promise<Totals> {
  const results: StepResult[] = [];
  for (const step of steps) {
    process.stdout.write(`\n== ${step.name}: ${step.title}\n`);
    const startedMs = performance.now();
    const totals = await runStep(step, step.counted ? paths : []);
    const result = { ...totals, step, elapsedMs: performance.now() - startedMs };
    process.stdout.write(`== ${describe(result)}\n`);
    results.push(result);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const broken = results.filter((result) => result.failed > 0);
  process.stdout.write(`\n${results.map((result) => `${describe(result)}\n`).join("")}`);
  for (const { step } of broken) process.stdout.write(`${step.name}: ${step.repair}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return { passed, failed };
}

async function runStep(step: Step, paths: readonly string[]): Promise<Totals> {
  const child = Bun.spawn([process.execPath, ...step.command, ...paths], {
    env: step.counted ? testEnvironment() : process.env,
    stdio: ["ignore", step.counted ? "pipe" : "inherit", step.counted ? "pipe" : "inherit"],
  });
  const outputs = await Promise.all([passOn(child.stdout), passOn(child.stderr)]);
  const exitCode = await child.exited;
  if (step.counted) return readTestTotals(outputs.join("\n"), exitCode);
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

// CI makes `bun test` refuse a forgotten `.only` and unwritten snapshots, on every machine alike.
function testEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CI: "true", ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
}

/** Shows a stream as it comes and returns its end. A stream that the child has inherited is not ours to read. */
async function passOn(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  if (stream === undefined) return "";
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
