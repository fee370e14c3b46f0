import { memoryJournal } from "../../persistence/memory/journal.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { migratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { EXIT_INTERRUPTED, Interrupted, interruptible } from "../interruption/interruption.ts";
import { compareJournals } from "./compare-journals.ts";
import { huntAll, huntTable, type Hunt } from "./hunt.ts";
import { HELP, parseOptions, UsageError, type SimulatorOptions } from "./options.ts";
import { failureText, reportFailure, type Failure } from "./report-failure.ts";
import { addTo, counted, noTotals, totalsText } from "./totals.ts";
import { runEverywhere } from "./workers.ts";

const EXIT_BROKEN = 1;
const ENDED_EARLY = "\nended early";
const FRESH_SEEDS = 1_000_000_000;
const PROGRESS_EVERY = 50;
const JOURNAL_PROGRESS_EVERY = 1_000;
// Each takes its time to shrink; the others are named.
const SHRUNK_MAX = 5;

process.exitCode = await run();

async function run(): Promise<number> {
  try {
    const fresh = (crypto.getRandomValues(new Uint32Array(1))[0] as number) % FRESH_SEEDS;
    const options = parseOptions(process.argv.slice(2), fresh);
    if (options.help) {
      console.log(HELP);
      return 0;
    }
    return await interruptible((signal) => {
      if (options.journals !== undefined) return runJournals(options, options.journals, signal);
      return options.mutations ? runMutations(options, signal) : runAll(options, signal);
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`sim: ${error.message}`);
    return 2;
  }
}

/** How a run ends that was told to end early, or not: what was broken counts either way. */
function exitCode(isKept: boolean, endedEarly: boolean): number {
  if (!isKept) return EXIT_BROKEN;
  return endedEarly ? EXIT_INTERRUPTED : 0;
}

async function runMutations(
  { firstSeed, seeds, json }: SimulatorOptions,
  signal: AbortSignal,
): Promise<number> {
  const ended = ({ bug, foundAfter }: Hunt): void => {
    const ending = foundAfter === undefined ? "not found" : `found after ${foundAfter}`;
    console.error(`${bug}: ${ending}`);
  };
  const hunts = await huntAll(firstSeed, seeds, ended, signal);
  const endedEarly = signal.aborted;
  if (json) console.log(JSON.stringify({ hunts, endedEarly }, undefined, 2));
  else console.log(`${huntTable(hunts)}${endedEarly ? ENDED_EARLY : ""}`);
  return exitCode(
    hunts.every(({ foundAfter }) => foundAfter !== undefined),
    endedEarly,
  );
}

async function runJournals(
  { firstSeed, json }: SimulatorOptions,
  operations: number,
  signal: AbortSignal,
): Promise<number> {
  const database = await migratedDatabase();
  const postgres = postgresJournal(database.url);
  let compared = 0;
  const progress = (operation: number): void => {
    compared = operation;
    if (signal.aborted) throw new Interrupted();
    if (operation % JOURNAL_PROGRESS_EVERY === 0) console.error(`${operation} of ${operations} operations`);
  };
  try {
    const difference = await compareJournals(memoryJournal(), postgres, firstSeed, operations, progress);
    if (json)
      console.log(
        JSON.stringify({ seed: firstSeed, operations, difference: difference ?? null }, undefined, 2),
      );
    else if (difference === undefined)
      console.log(`${operations} operations, seed ${firstSeed}: the same answers`);
    else console.log(`seed ${firstSeed}: ${JSON.stringify(difference, undefined, 2)}`);
    return exitCode(difference === undefined, false);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (json)
      console.log(
        JSON.stringify(
          { seed: firstSeed, operations: compared, endedEarly: true, difference: null },
          undefined,
          2,
        ),
      );
    else console.log(`${compared} operations, seed ${firstSeed}: the same answers${ENDED_EARLY}`);
    return EXIT_INTERRUPTED;
  } finally {
    await postgres.close();
    await database.close();
  }
}

async function runAll(
  { firstSeed, seeds, faults, json }: SimulatorOptions,
  signal: AbortSignal,
): Promise<number> {
  const totals = noTotals();
  const startedAtMs = performance.now();
  if (!json)
    console.log(seeds === 1 ? `seed ${firstSeed}` : `seeds ${firstSeed} to ${firstSeed + seeds - 1}`);
  await runEverywhere({ first: firstSeed, count: seeds, faults, signal }, (result) => {
    addTo(totals, result);
    const [first] = result.violations;
    if (first !== undefined) console.error(`seed ${result.seed} fails: ${first.check}`);
    if (totals.seeds % PROGRESS_EVERY === 0)
      console.error(
        `${totals.seeds} of ${counted(seeds, "seed")}, ${counted(totals.violations, "violation")}`,
      );
  });
  const tookMs = performance.now() - startedAtMs;
  const endedEarly = signal.aborted;
  // Whoever ends a run does not want to wait for this: its failed seeds are only named.
  const shrunkMax = endedEarly ? 0 : SHRUNK_MAX;
  const failures: Failure[] = [];
  for (const result of totals.failed.slice(0, shrunkMax)) failures.push(await reportFailure(result, faults));
  const others = totals.failed.slice(shrunkMax).map(({ seed }) => seed);
  if (json) {
    const { failed: _, ...figures } = totals;
    console.log(
      JSON.stringify({ firstSeed, ...figures, endedEarly, tookMs, failures, others }, undefined, 2),
    );
  } else {
    console.log(`${totalsText(totals, tookMs)}${endedEarly ? ENDED_EARLY : ""}`);
    for (const failure of failures) console.log(failureText(failure));
    if (others.length > 0)
      console.log(
        `${failures.length > 0 ? "seeds that failed as well" : "seeds that failed"}: ${others.join(", ")}`,
      );
  }
  return exitCode(totals.violations === 0, endedEarly);
}
