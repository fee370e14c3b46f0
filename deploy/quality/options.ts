import { STEP_NAMES } from "./steps.ts";
import type { StepName } from "./steps.ts";

/** What the command line asks for. */
export type QualityOptions =
  | { readonly type: "help" }
  | { readonly type: "refused"; readonly detail: string }
  /** `only` is empty for all steps; `paths` narrow the tests. */
  | { readonly type: "run"; readonly only: readonly StepName[]; readonly paths: readonly string[] };

/** Parses the arguments of `npm test --`. */
export function parseQualityOptions(given: readonly string[]): QualityOptions {
  const only: StepName[] = [];
  const paths: string[] = [];
  const rest = [...given];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "--help" || argument === "-h") return { type: "help" };
    if (argument === "--only" || argument.startsWith("--only=")) {
      const names = argument === "--only" ? rest.shift() : argument.slice("--only=".length);
      for (const name of (names ?? "").split(",")) {
        const step = STEP_NAMES.find((known) => known === name);
        if (step === undefined)
          return { type: "refused", detail: `--only takes ${STEP_NAMES.join(", ")}, not "${name}"` };
        only.push(step);
      }
    } else if (argument.startsWith("-")) {
      return { type: "refused", detail: `unknown option ${argument}` };
    } else {
      paths.push(argument);
    }
  }
  return { type: "run", only, paths };
}
