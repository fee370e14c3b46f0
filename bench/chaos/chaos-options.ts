import { parseArgs } from "node:util";
import type { Fault } from "./fault.ts";

/** What is to be run. */
export interface ChaosOptions {
  readonly cycles: number;
  readonly faults: readonly Fault[];
  /** Faults that were not asked for by name and cannot be done here, with the reason. */
  readonly left: readonly { readonly name: string; readonly obstacle: string }[];
  readonly secondsPerCycle: number;
  readonly json: boolean;
}

/** What a command line comes to. */
export type ParsedOptions =
  | { readonly type: "run"; readonly options: ChaosOptions }
  | { readonly type: "help" }
  | { readonly type: "refused"; readonly detail: string };

const CYCLES = { min: 1, max: 1_000, default: 3 };
const SECONDS = { min: 1, max: 60, default: 3 };

/** Reads a command line; `known` are the faults that there are. */
export function parseChaosOptions(args: readonly string[], known: readonly Fault[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        cycles: { type: "string" },
        fault: { type: "string", multiple: true },
        "seconds-per-cycle": { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { type: "help" };
    const chosen = choose(values.fault ?? [], known);
    const cycles = wholeNumber("--cycles", values.cycles, CYCLES);
    const secondsPerCycle = wholeNumber("--seconds-per-cycle", values["seconds-per-cycle"], SECONDS);
    return { type: "run", options: { ...chosen, cycles, secondsPerCycle, json: values.json } };
  } catch (error) {
    return { type: "refused", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Those that were asked for, each of which must be possible; or all that are. */
function choose(names: readonly string[], known: readonly Fault[]): Pick<ChaosOptions, "faults" | "left"> {
  for (const name of names) {
    const fault = known.find((candidate) => candidate.name === name);
    const all = known.map((candidate) => candidate.name).join(", ");
    if (fault === undefined) throw new Error(`--fault: there is no fault ${name}; there are ${all}`);
    const obstacle = fault.obstacle?.();
    if (obstacle !== undefined) throw new Error(`--fault: ${name} cannot be done here: ${obstacle}`);
  }
  if (names.length > 0) return { faults: known.filter(({ name }) => names.includes(name)), left: [] };
  const left = known.flatMap(({ name, obstacle }) => {
    const reason = obstacle?.();
    return reason === undefined ? [] : [{ name, obstacle: reason }];
  });
  return { faults: known.filter(({ name }) => !left.some((other) => other.name === name)), left };
}

function wholeNumber(
  option: string,
  text: string | undefined,
  bounds: { readonly min: number; readonly max: number; readonly default: number },
): number {
  const value = text === undefined ? bounds.default : Number(text);
  if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
  throw new Error(`${option}: ${text} is not a whole number from ${bounds.min} to ${bounds.max}`);
}
