import type { Scenario } from "../../scenario/scenario.ts";

/** A scenario of one journey: two seconds of warm-up, then a calm phase of two and a spike of two. */
export function testScenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    name: "sale",
    description: "A small sale.",
    shop: { skus: 2, stock: 100, limitPerCustomer: undefined, zipf: 1 },
    arrivals: { kind: "open" },
    sockets: 10,
    warmUpSeconds: 2,
    phases: [
      { name: "calm", seconds: 2, fromRate: 10, toRate: 10 },
      { name: "spike", seconds: 2, fromRate: 100, toRate: 100 },
    ],
    journeys: [
      {
        name: "buy",
        weight: 1,
        steps: [
          { kind: "add", lines: 1, quantity: 1 },
          { kind: "checkout", paymentToken: "tok_ok" },
        ],
      },
    ],
    watchers: 0,
    thresholds: [],
    ...changes,
  };
}
