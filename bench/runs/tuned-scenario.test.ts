import { expect, test } from "bun:test";
import { parseThreshold } from "./thresholds.ts";
import { tuned } from "./tuned-scenario.ts";
import { testScenario } from "./testing/scenario.ts";

const asItIs = { generators: 1, rateFactor: 1, secondsFactor: 1, thresholds: [] };

test("a scenario that nobody tunes is run as it is", () => {
  expect(tuned(testScenario(), asItIs)).toEqual(testScenario());
});

test("rates and times are multiplied, connections replaced, and thresholds added", () => {
  const own = parseThreshold("oversold==0");
  const further = parseThreshold("spike: order.p99Ms<=50");
  const scenario = testScenario({ thresholds: [own] });
  expect(
    tuned(scenario, { ...asItIs, sockets: 7, rateFactor: 2, secondsFactor: 0.5, thresholds: [further] }),
  ).toMatchObject({
    sockets: 7,
    warmUpSeconds: 1,
    phases: [
      { name: "calm", seconds: 1, fromRate: 20, toRate: 20 },
      { name: "spike", seconds: 1, fromRate: 200, toRate: 200 },
    ],
    thresholds: [own, further],
  });
});

test("warm-up and phases take whole seconds, at least one, and nothing that was not there", () => {
  const phases = [1, 12, 25, 150].map((seconds) => ({
    name: `for-${seconds}`,
    seconds,
    fromRate: 1,
    toRate: 1,
  }));
  const short = tuned(testScenario({ warmUpSeconds: 3, phases }), { ...asItIs, secondsFactor: 0.1 });
  expect([short.warmUpSeconds, ...short.phases.map(({ seconds }) => seconds)]).toEqual([1, 1, 1, 3, 15]);
  expect(tuned(testScenario({ warmUpSeconds: 0 }), { ...asItIs, secondsFactor: 0.1 }).warmUpSeconds).toBe(0);
});

test("visitors that come at no rate cannot come at twice the rate", () => {
  const scenario = testScenario({ arrivals: { kind: "closed" } });
  expect(() => tuned(scenario, { ...asItIs, rateFactor: 2 })).toThrow(
    "--rate-factor: visitors of sale do not come at a rate (its arrivals are closed)",
  );
});

test("a threshold for a phase that the scenario has not is refused", () => {
  const thresholds = [parseThreshold("end: orders>1")];
  expect(() => tuned(testScenario(), { ...asItIs, thresholds })).toThrow(
    '--threshold: sale has no phase "end"; it has calm, spike',
  );
});

test("every generator needs a connection", () => {
  expect(() => tuned(testScenario(), { ...asItIs, generators: 11 })).toThrow(
    "--generators: 11 generators need as many connections; sale has 10",
  );
});
