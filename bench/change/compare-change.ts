/**
 * What a change does to the processor time of the shop's work: its tree and its base take turns on this machine, so that what
 * counts is their ratio. It reports and judges nothing. Run: npm run change -- --help
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT_INTERRUPTED, interruptible } from "../interruption/interruption.ts";
import { changeText, compareFigures, type Pair } from "./change-report.ts";
import { askGit, baseOf, checkOut, type GitTree } from "./git-tree.ts";
import type { WorkloadFigures } from "./workload.ts";

const USAGE = `npm run change -- [--base REVISION] [--pairs N] [--json]

Measures how much processor time the shop's work takes in these files and in those of another revision, in turns and each
time in a new process: deciding and encoding orders, reading them back, frames of clients, and frames between threads.
Prints the ratios with their 95 % confidence intervals. Takes about 20 seconds per pair.

  --base REVISION   compare with this revision (default: where this branch left origin's, or the commit before)
  --pairs N         how often both are measured, 1 to 100 (default: 4)
  --json            print the result as JSON

Ends with 0 whatever it finds, with 1 when it cannot measure, with 2 for wrong use, and with 130 after Ctrl-C.
`;
const TOP = join(import.meta.dir, "../..");
const MEASURE = "bench/change/measure-tree.ts";
const PAIRS = { min: 1, max: 100, default: 4 };

interface Options {
  readonly base: string | undefined;
  readonly pairs: number;
  readonly json: boolean;
}

/** @throws when an option is unknown or has a wrong value. */
function parse(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      base: { type: "string" },
      pairs: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const pairs = values.pairs === undefined ? PAIRS.default : Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < PAIRS.min || pairs > PAIRS.max) {
    throw new Error(
      `--pairs must be a whole number from ${PAIRS.min} to ${PAIRS.max}; it is ${values.pairs}`,
    );
  }
  const base = values.base === undefined ? undefined : commitOf(values.base);
  return { base, pairs, json: values.json };
}

function commitOf(revision: string): string {
  const commit = askGit(TOP, "rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
  if (commit === undefined) throw new Error(`--base: this clone has no revision ${JSON.stringify(revision)}`);
  return commit;
}

async function compare({ base = baseOf(TOP), pairs, json }: Options, signal: AbortSignal): Promise<number> {
  if (base === undefined) return nothing("this clone has no earlier commit");
  let tree: GitTree | undefined;
  try {
    tree = checkOut(TOP, base);
    if (!existsSync(join(tree.directory, MEASURE))) return nothing(`${short(tree)} has no ${MEASURE}`);
    const measured: Pair[] = [];
    for (let pair = 1; pair <= pairs; pair += 1) {
      tell(`pair ${pair} of ${pairs}`);
      // Each of them goes first as often as the other.
      const first = pair % 2 === 0 ? TOP : tree.directory;
      const one = await measure(first, signal);
      const other = await measure(first === TOP ? tree.directory : TOP, signal);
      measured.push(first === TOP ? [other, one] : [one, other]);
    }
    const changes = compareFigures(measured);
    process.stdout.write(
      json
        ? `${JSON.stringify({ base, pairs, changes })}\n`
        : `Processor time of these files and of ${short(tree)}, ${pairs === 1 ? "one pair" : `${pairs} pairs`} in turns:\n\n${changeText(changes)}`,
    );
    return 0;
  } catch (error) {
    if (signal.aborted) return EXIT_INTERRUPTED;
    tell(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    tree?.remove();
  }
}

/** @throws when the measurement fails, or is interrupted. */
async function measure(directory: string, signal: AbortSignal): Promise<readonly WorkloadFigures[]> {
  const child = Bun.spawn([process.execPath, join(directory, MEASURE)], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
    signal,
  });
  const text = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`the measurement of ${directory} failed`);
  return JSON.parse(text) as readonly WorkloadFigures[];
}

function nothing(reason: string): number {
  tell(`nothing to compare with: ${reason}`);
  return 0;
}

function short({ commit }: GitTree): string {
  return commit.slice(0, 12);
}

function tell(sentence: string): void {
  process.stderr.write(`change: ${sentence}\n`);
}

/** Undefined when the command line is wrong, which was told then. */
function understood(args: readonly string[]): Options | "help" | undefined {
  try {
    return parse(args);
  } catch (error) {
    tell(`${error instanceof Error ? error.message : String(error)}\n(add --help for the options)`);
    return undefined;
  }
}

const options = understood(process.argv.slice(2));
if (options === undefined) process.exitCode = 2;
else if (options === "help") process.stdout.write(USAGE);
else process.exitCode = await interruptible((signal) => compare(options, signal));
