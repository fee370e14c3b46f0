import { parseArgs } from "node:util";
import { selectionFault } from "./faults.ts";

/** What `npm run sim` takes. */
export interface SimulatorOptions {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly faults: readonly string[] | undefined;
  readonly mutations: boolean;
  /** Operations for a comparison of the simulated journal with a real one. */
  readonly journals: number | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** Wrong use of the command, for people. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const HELP = `Usage: npm run sim -- [options]

Runs the shop's own nodes (coordinator, lanes, router, actors, codec) over a simulated clock, bus, database and payment
provider. Everything that happens comes from a seed; the same seed has the same trace.

  --seeds <count>     how many seeds to run (default 1000, or 1 with --seed)
  --seed <number>     the first seed (default: a fresh one, which is printed)
  --faults <list>     faults in place of those that each seed chooses: kinds (drop,crash) or single
                      occurrences (drop@12,crash@1), separated by commas; "none" for none
  --mutations         put each of the planted bugs into the program and show how soon it is found
  --journals <count>  do that many random things to the simulated journal and to a real Postgres, and compare
                      their answers; --seed repeats a comparison
  --json              print the result as JSON
  --help              this text

Ends with 0 when every promise was kept, with 1 when one was broken, with 2 for wrong use, and with 130 when Ctrl-C ended
it early, which prints what was done so far. A seed that fails is
shrunk to the faults that it needs, printed as a command, and kept in bench/simulator/failed-seeds.json.`;

const SEEDS_DEFAULT = 1_000;
const SEED_MAX = 4_000_000_000;

/** Reads the arguments. `freshSeed` is the first seed when none is named. @throws {UsageError} */
export function parseOptions(args: readonly string[], freshSeed: number): SimulatorOptions {
  const values = read(args);
  const { mutations, json, help } = values;
  const seed = optionalNumber("--seed", values.seed);
  const seeds = optionalNumber("--seeds", values.seeds);
  const journals = optionalNumber("--journals", values.journals);
  if (seeds === 0) throw new UsageError("--seeds must be at least 1");
  const faults = values.faults === undefined ? undefined : parseFaults(values.faults);
  if (mutations && faults !== undefined)
    throw new UsageError("--mutations takes the faults that each seed chooses; leave out --faults");
  if (journals !== undefined && (mutations || faults !== undefined || seeds !== undefined))
    throw new UsageError("--journals compares journals only; leave out --seeds, --faults and --mutations");
  return {
    seeds: seeds ?? (seed === undefined || mutations ? SEEDS_DEFAULT : 1),
    firstSeed: seed ?? (mutations ? 1 : freshSeed),
    faults,
    mutations,
    journals,
    json,
    help,
  };
}

/** Faults as `--faults` takes them. @throws {UsageError} */
export function parseFaults(text: string): readonly string[] {
  if (text === "none") return [];
  const faults = text.split(",").filter((name) => name !== "");
  if (faults.length === 0) throw new UsageError("--faults names no fault; none stands for none");
  const fault = selectionFault(faults);
  if (fault !== undefined) throw new UsageError(`--faults: ${fault}`);
  return faults;
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: "string" },
        seed: { type: "string" },
        faults: { type: "string" },
        journals: { type: "string" },
        mutations: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function optionalNumber(option: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber(option, text);
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= SEED_MAX) return number;
  throw new UsageError(`${option} must be a whole number from 0 to ${SEED_MAX}, not ${JSON.stringify(text)}`);
}
