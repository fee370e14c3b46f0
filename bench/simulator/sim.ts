import { memoryJournal } from "../../persistence/memory/journal.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { migratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { compareJournals } from "./compare-journals.ts";
import { huntAll, huntTable } from "./hunt.ts";
import { HELP, parseOptions, UsageError, type SimulatorOptions } from "./options.ts";
import { failureText, reportFailure } from "./report-failure.ts";
import { addTo, noTotals, totalsText } from "./totals.ts";
import { runEverywhere } from "./workers.ts";

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
    if (options.journals !== undefined) return await runJournals(options, options.journals);
    return options.mutations ? await runMutations(options) : await runAll(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`sim: ${error.message}`);
    return 2;
  }
}

async function runMutations({ firstSeed, seeds, json }: SimulatorOptions): Promise<number> {
  const hunts = await huntAll(firstSeed, seeds, ({ bug, foundAfter }) => {
    const ending = foundAfter === undefined ? "not found" : `found after ${foundAfter}`;
    console.error(`${bug}: ${ending}`);
  });
  console.log(json ? JSON.stringify({ hunts }, undefined, 2) : huntTable(hunts));
  return hunts.every(({ foundAfter }) => foundAfter !== undefined) ? 0 : 1;
}

async function runJournals({ firstSeed, json }: SimulatorOptions, operations: number): Promise<number> {
  const database = await migratedDatabase();
  const postgres = postgresJournal(database.url);
  const progress = (operation: number): void => {
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
    return difference === undefined ? 0 : 1;
  } finally {
    await postgres.close();
    await database.close();
  }
}

async function runAll({ firstSeed, seeds, faults, json }: SimulatorOptions): Promise<number> {
  const totals = noTotals();
  const startedAtMs = performance.now();
  if (!json) console.log(`seeds ${firstSeed} to ${firstSeed + seeds - 1}`);
  await runEverywhere({ first: firstSeed, count: seeds, faults }, (result) => {
    addTo(totals, result);
    const [first] = result.violations;
    if (first !== undefined) console.error(`seed ${result.seed} fails: ${first.check}`);
    if (totals.seeds % PROGRESS_EVERY === 0)
      console.error(`${totals.seeds} of ${seeds} seeds, ${totals.violations} violations`);
  });
  const tookMs = performance.now() - startedAtMs;
  const failures = totals.failed.slice(0, SHRUNK_MAX).map((result) => reportFailure(result, faults));
  const others = totals.failed.slice(SHRUNK_MAX).map(({ seed }) => seed);
  if (json) {
    const { failed: _, ...figures } = totals;
    console.log(JSON.stringify({ firstSeed, ...figures, tookMs, failures, others }, undefined, 2));
  } else {
    console.log(totalsText(totals, tookMs));
    for (const failure of failures) console.log(failureText(failure));
    if (others.length > 0) console.log(`seeds that failed as well: ${others.join(", ")}`);
  }
  return totals.violations === 0 ? 0 : 1;
}
