import type { Scenario } from "../scenario/scenario.ts";
import type { GeneratorTask, RecordedBasket } from "./generator-messages.ts";
import { PoissonArrivals, type RateStretch } from "./poisson-arrivals.ts";
import { Random } from "./random.ts";

/** Somebody arrives: when, milliseconds from the start of the run, and with what. */
export interface Arrival {
  readonly atMs: number;
  readonly basket: RecordedBasket | undefined;
}

/** Arrivals in order of time; undefined when nobody comes any more. */
export type ArrivalSource = () => Arrival | undefined;

/** Those who arrive at this generator; in a closed loop nobody does, since everybody is there all the time. */
export function arrivalsOf(task: GeneratorTask): ArrivalSource {
  switch (task.scenario.arrivals.kind) {
    case "open":
      return openArrivals(task);
    case "closed":
      return () => undefined;
    case "recorded": {
      let index = 0;
      return () => {
        const basket = task.recorded[index++];
        return basket && { atMs: basket.atMs, basket };
      };
    }
  }
}

/** How long a run lasts with its warm-up, milliseconds. */
export function runMs({ warmUpSeconds, phases }: Pick<Scenario, "warmUpSeconds" | "phases">): number {
  return phases.reduce((sum, { seconds }) => sum + seconds, warmUpSeconds) * 1_000;
}

/** Each generator has its share of the rate: Poisson processes side by side are one with the sum of their rates. */
function openArrivals({ scenario, seed, generator, generators }: GeneratorTask): ArrivalSource {
  const { warmUpSeconds, phases } = scenario;
  const startRate = phases[0]?.fromRate ?? 0;
  const warmUp = { seconds: warmUpSeconds, fromRate: startRate, toRate: startRate };
  const stretches = [warmUp, ...phases]
    .filter(({ seconds }) => seconds > 0)
    .map(({ seconds, fromRate, toRate }): RateStretch => {
      return { seconds, fromRate: fromRate / generators, toRate: toRate / generators };
    });
  const random = new Random(Random.seedFor(seed, `arrivals/${generator}`));
  const process = new PoissonArrivals(stretches, random);
  return () => {
    const atMs = process.next();
    return atMs === undefined ? undefined : { atMs, basket: undefined };
  };
}
