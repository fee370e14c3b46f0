import { ForgottenPromises } from "./forgotten-promises.ts";
import { simulate } from "./simulation.ts";

/** What a worker is told: one line of JSON as its first argument. */
export interface WorkerOrder {
  /** The first seed, the distance to the next one, and how many. */
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly faults?: readonly string[] | undefined;
  /** Stop at the first seed with a violation. */
  readonly untilFound?: boolean;
}

const order = JSON.parse(process.argv[2] ?? "") as WorkerOrder;
const promises = new ForgottenPromises();
for (let index = 0; index < order.count; index += 1) {
  const seed = order.first + index * order.step;
  const result = await promises.watch(() => simulate(seed, { faults: order.faults }));
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (order.untilFound === true && result.violations.length > 0) break;
}
