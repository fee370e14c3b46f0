import { parseArgs } from "node:util";
import type { FaultName } from "./fault.ts";

/** What is to be run. */
export interface ChaosOptions {
  /** Of the cluster that is broken; undefined for a shop that is alone. */
  readonly nodes: number | undefined;
  readonly cycles: number;
  /** Names of faults of such a shop. */
  readonly faults: readonly string[];
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
const NODES = { min: 2, max: 8, default: 3 };
const SECONDS = { min: 1, max: 60, default: 3 };

/** The faults that there are. */
export interface KnownFaults {
  readonly alone: readonly FaultName[];
  readonly cluster: readonly FaultName[];
}

/** Reads a command line. */
export function parseChaosOptions(args: readonly string[], known: KnownFaults): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        nodes: { type: "string" },
        cycles: { type: "string" },
        fault: { type: "string", multiple: true },
        "seconds-per-cycle": { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { type: "help" };
    const nodes = values.nodes === undefined ? undefined : wholeNumber("--nodes", values.nodes, NODES);
    const chosen = choose(values.fault ?? [], nodes === undefined ? known.alone : known.cluster);
    const cycles = wholeNumber("--cycles", values.cycles, CYCLES);
    const secondsPerCycle = wholeNumber("--seconds-per-cycle", values["seconds-per-cycle"], SECONDS);
    return { type: "run", options: { nodes, ...chosen, cycles, secondsPerCycle, json: values.json } };
  } catch (error) {
    return { type: "refused", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Those that were asked for, each of which must be possible; or all that are. */
function choose(
  names: readonly string[],
  known: readonly FaultName[],
): Pick<ChaosOptions, "faults" | "left"> {
  const all = known.map(({ name }) => name);
  for (const name of names) {
    const fault = known.find((candidate) => candidate.name === name);
    if (fault === undefined)
      throw new Error(`--fault: there is no fault ${name}; there are ${all.join(", ")}`);
    const obstacle = fault.obstacle?.();
    if (obstacle !== undefined) throw new Error(`--fault: ${name} cannot be done here: ${obstacle}`);
  }
  if (names.length > 0) return { faults: all.filter((name) => names.includes(name)), left: [] };
  const left = known.flatMap(({ name, obstacle }) => {
    const reason = obstacle?.();
    return reason === undefined ? [] : [{ name, obstacle: reason }];
  });
  return { faults: all.filter((name) => !left.some((other) => other.name === name)), left };
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
