import { readScenario, scenarioNames } from "../../bench/scenario/read-scenario.ts";
import { fieldTable } from "./cluster/text-table.ts";

/** Shows the scenarios that come with the program. */
export function listScenarios({ json }: { readonly json?: boolean }): void {
  const scenarios = scenarioNames().map((name) => ({ name, description: readScenario(name).description }));
  const text = fieldTable(scenarios.map(({ name, description }) => [name, description]));
  process.stdout.write(json === true ? `${JSON.stringify({ scenarios })}\n` : text);
}
