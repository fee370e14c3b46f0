import { WARM_UP } from "../runs/schedule.ts";
import type { Journey, Scenario } from "./scenario.ts";
import type { ScenarioFields } from "./scenario-shape.ts";

/** Something that fields say together and that cannot be. */
export interface ScenarioFault {
  readonly path: readonly (string | number)[];
  /** Goes on after the name of the field: `must be …`. */
  readonly detail: string;
}

/** The scenario that the fields of a file stand for. */
export function scenarioOf(name: string, fields: ScenarioFields): Scenario {
  const { description, shop, arrivals, sockets, warmUp, phases, journeys, watchers, thresholds } = fields;
  const { stock, limitPerCustomer, zipf } = shop;
  return {
    name,
    description,
    shop: { skus: shop.skus ?? 0, stock, limitPerCustomer, zipf },
    arrivals,
    sockets,
    warmUpSeconds: warmUp,
    phases: phases.map(({ name: phase, for: seconds, rate }) => {
      return { name: phase, seconds, fromRate: rate?.from ?? 0, toRate: rate?.to ?? 0 };
    }),
    journeys,
    watchers,
    thresholds,
  };
}

/** What the fields of a file say together that cannot be. */
export function faultsOf(fields: ScenarioFields): readonly ScenarioFault[] {
  return [
    ...rateFaults(fields),
    ...shopFaults(fields),
    ...fields.journeys.flatMap((journey, index) => [...journeyFaults(fields, journey, index)]),
    ...thresholdFaults(fields),
    ...fields.phases.flatMap(({ name }, index) => [...phaseNameFaults(name, index)]),
    ...repeated(fields.phases, "phases"),
    ...repeated(fields.journeys, "journeys"),
  ];
}

function* rateFaults({ arrivals: { kind }, phases, warmUp }: ScenarioFields): Generator<ScenarioFault> {
  for (const [index, { rate }] of phases.entries()) {
    const path = ["phases", index, "rate"];
    if (kind === "open" && rate === undefined) yield { path, detail: "is needed where arrivals are open" };
    if (kind !== "open" && rate !== undefined)
      yield { path, detail: `has no meaning where arrivals are ${kind}` };
  }
  if (kind === "recorded" && warmUp > 0)
    yield {
      path: ["warmUp"],
      detail: "has no meaning where arrivals are recorded: nobody arrives before the day",
    };
}

function* shopFaults({ arrivals: { kind }, shop }: ScenarioFields): Generator<ScenarioFault> {
  if (kind !== "recorded") {
    if (shop.skus === undefined) yield { path: ["shop", "skus"], detail: "is needed" };
    return;
  }
  for (const field of ["skus", "stock", "limitPerCustomer"] as const) {
    if (shop[field] !== undefined)
      yield { path: ["shop", field], detail: "has no meaning where arrivals are recorded: the day says it" };
  }
}

function* journeyFaults(
  { arrivals: { kind }, shop: { skus } }: ScenarioFields,
  { steps }: Journey,
  journey: number,
): Generator<ScenarioFault> {
  if (steps.every((step) => step.kind === "empty"))
    yield { path: ["journeys", journey, "steps"], detail: "must have a step that is not empty" };
  for (const [index, step] of steps.entries()) {
    const path = ["journeys", journey, "steps", index];
    if (step.kind === "basket" && kind !== "recorded")
      yield { path, detail: "adds a basket, which there is only where arrivals are recorded" };
    if ((step.kind === "add" || step.kind === "burst" || step.kind === "browse") && kind === "recorded")
      yield { path, detail: "must be {add: basket}, empty, checkout or think where arrivals are recorded" };
    const products = productsOf(step);
    if (skus !== undefined && products > skus)
      yield { path, detail: `takes ${products} different products of ${skus} (shop.skus)` };
  }
}

function productsOf(step: Journey["steps"][number]): number {
  if (step.kind === "add") return step.lines;
  return step.kind === "browse" ? step.products : 0;
}

function* thresholdFaults({ phases, thresholds }: ScenarioFields): Generator<ScenarioFault> {
  for (const [index, { phase }] of thresholds.entries()) {
    if (phase !== undefined && phases.every(({ name }) => name !== phase))
      yield { path: ["thresholds", index], detail: `names the phase ${phase}, which is not there` };
  }
}

function* phaseNameFaults(name: string, index: number): Generator<ScenarioFault> {
  if (name === WARM_UP)
    yield { path: ["phases", index, "name"], detail: "is what the time before the first phase is called" };
}

function* repeated(
  named: readonly { readonly name: string }[],
  field: "phases" | "journeys",
): Generator<ScenarioFault> {
  for (const [index, { name }] of named.entries()) {
    if (named.findIndex((other) => other.name === name) < index)
      yield { path: [field, index, "name"], detail: `is ${name} for the second time` };
  }
}
