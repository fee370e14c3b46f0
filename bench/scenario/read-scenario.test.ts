import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { TemporaryFiles } from "../retail/testing/temporary-file.ts";
import { readScenario, readScenarioFile, scenarioNames } from "./read-scenario.ts";

const files = new TemporaryFiles();
afterAll(() => files.remove());

const GOOD = `description: Some buy.
shop: { skus: 3, stock: 10, zipf: 1.1 }
sockets: 10
warmUp: 2s
phases:
  - { name: calm, for: 10s, rate: 5 }
  - { name: rush, for: 1m, rate: { from: 5, to: 50 } }
journeys:
  - name: buyer
    weight: 3
    steps: [browse: 2, think: 250ms, add: { lines: 2 }, checkout: tok_ok]
  - name: other
    steps: [burst: { commands: 20, quantity: 2 }, empty]
thresholds:
  - order.p99Ms <= 50
  - "rush: dropped == 0"
`;

/** What is wrong with the good file after a change, without the file's name. */
function faults(from: string, to: string): string {
  if (!GOOD.includes(from)) throw new Error(`the file has no ${from}`);
  const path = files.write("changed.yaml", GOOD.replace(from, to));
  try {
    readScenarioFile(path);
  } catch (error) {
    return (error as Error).message.replace(`${path}: `, "");
  }
  return "none";
}

test("a file says everything of a scenario, and what it leaves out has its usual value", () => {
  expect(readScenarioFile(files.write("some-sale.yaml", GOOD))).toEqual({
    name: "some-sale",
    description: "Some buy.",
    shop: { skus: 3, stock: 10, limitPerCustomer: undefined, zipf: 1.1 },
    arrivals: { kind: "open" },
    sockets: 10,
    warmUpSeconds: 2,
    phases: [
      { name: "calm", seconds: 10, fromRate: 5, toRate: 5 },
      { name: "rush", seconds: 60, fromRate: 5, toRate: 50 },
    ],
    journeys: [
      {
        name: "buyer",
        weight: 3,
        steps: [
          { kind: "browse", products: 2 },
          { kind: "think", meanMs: 250 },
          { kind: "add", lines: 2, quantity: 1 },
          { kind: "checkout", paymentToken: "tok_ok" },
        ],
      },
      { name: "other", weight: 1, steps: [{ kind: "burst", commands: 20, quantity: 2 }, { kind: "empty" }] },
    ],
    watchers: 0,
    thresholds: [
      { measure: "order.p99Ms", comparison: "<=", limit: 50, phase: undefined },
      { measure: "dropped", comparison: "==", limit: 0, phase: "rush" },
    ],
  });
});

test("a recorded day has no rates, and products and baskets of its own", () => {
  const text = `description: A day.
arrivals: { recorded: { day: 2011-09-22, speed: 60 } }
sockets: 10
phases: [{ name: day, for: 10s }]
journeys: [{ name: customer, steps: [add: basket, checkout: tok_ok] }]
`;
  const { arrivals, shop, journeys } = readScenarioFile(files.write("day.yaml", text));
  expect(arrivals).toEqual({ kind: "recorded", day: "2011-09-22", speed: 60 });
  expect(shop.skus).toBe(0);
  expect(journeys[0]?.steps[0]).toEqual({ kind: "basket" });
});

test.each([
  ["skus: 3", "skus: 3, colour: red", "line 2: shop.colour is not known"],
  ["skus: 3, ", "", "line 2: shop.skus is needed"],
  ["sockets: 10", "sockets: many", "line 3: sockets is wrong: expected number, received string"],
  ["sockets: 10\n", "", "line 1: sockets is needed"],
  ["for: 10s", "for: 10", "line 6: phases[0].for must be a duration such as 250ms, 10s or 1m30s"],
  ["for: 10s", "for: 0s", "line 6: phases[0].for must be longer than 0s"],
  ["for: 10s", "for: 1500ms", "line 6: phases[0].for must be whole seconds, such as 10s or 1m30s"],
  ["warmUp: 2s", "warmUp: 1.5s", "line 4: warmUp must be whole seconds, such as 10s or 1m30s"],
  [", rate: 5 ", " ", "line 6: phases[0].rate is needed where arrivals are open"],
  ["rate: 5", "rate: -5", "line 6: phases[0].rate is wrong: expected number to be >=0"],
  [
    "rate: 5",
    "rate: fast",
    "line 6: phases[0].rate must be a number of arrivals per second, or {from: …, to: …}",
  ],
  ["from: 5", "frm: 5, from: 5", "line 7: phases[1].rate.frm is not known; from is"],
  ["warmUp: 2s", "warmup: 2s", "line 4: warmup is not known; warmUp is"],
  ["weight: 3", "wieght: 3", "line 10: journeys[0].wieght is not known; weight is"],
  [
    '"rush: dropped == 0"',
    "rush: dropped == 0",
    'line 16: thresholds[1] must be in quotes: "rush: dropped == 0"',
  ],
  [
    "tok_ok",
    "tok_okay",
    "line 11: journeys[0].steps[3].checkout is no token of the test provider; there are tok_ok, tok_declined, tok_insufficient_funds, tok_timeout, tok_flaky, and tok_slow_ with milliseconds, such as tok_slow_500",
  ],
  ["from: 5", "from: -5", "line 7: phases[1].rate.from is wrong: expected number to be >=0"],
  [
    "name: rush",
    "name: calm",
    "2 faults\n  line 7: phases[1].name is calm for the second time\n  line 16: thresholds[1] names the phase rush, which is not there",
  ],
  ["name: calm", "name: warm-up", "line 6: phases[0].name is what the time before the first phase is called"],
  ["lines: 2", "lines: 4", "line 11: journeys[0].steps[2] takes 4 different products of 3 (shop.skus)"],
  [
    "quantity: 2",
    "quantity: 0",
    "line 13: journeys[1].steps[0].burst.quantity is wrong: expected number to be >=1",
  ],
  [
    "burst: { commands: 20, quantity: 2 }, ",
    "",
    "line 13: journeys[1].steps must have a step that is not empty",
  ],
  [
    "add: { lines: 2 }",
    "add: basket",
    "line 11: journeys[0].steps[2] adds a basket, which there is only where arrivals are recorded",
  ],
  ["rush: dropped", "night: dropped", "line 16: thresholds[1] names the phase night, which is not there"],
])("instead of %j the fields %j are refused by name and line", (from, to, message) => {
  expect(faults(from, to)).toBe(message);
});

test("a file with nothing in it, or only comments, is said to be empty", () => {
  for (const text of ["", "\n", "# later\n"]) {
    const path = files.write("empty.yaml", text);
    expect(() => readScenarioFile(path)).toThrow(new Error(`${path}: the file is empty`));
  }
});

test("a file that has no fields is told what a scenario has", () => {
  for (const text of ["- steps\n- phases\n", "sku,title,price\n", "3\n"]) {
    const path = files.write("list.yaml", text);
    const needed = "line 1: a scenario has fields, such as description, sockets, phases and journeys";
    expect(() => readScenarioFile(path)).toThrow(new Error(`${path}: ${needed}`));
  }
});

test("a step that does not exist is told which there are", () => {
  expect(faults("think: 250ms", "sleep: 1s")).toStartWith(
    "line 11: journeys[0].steps[1] must be empty, or one of browse,",
  );
});

test("a step is not called like what every object has", () => {
  for (const name of ["constructor", "toString", "__proto__"])
    expect(faults("think: 250ms", `${name}: 1`)).toStartWith(
      "line 11: journeys[0].steps[1] must be empty, or one",
    );
});

test("a threshold on something that is not measured is refused in its line", () => {
  expect(faults("order.p99Ms", "happiness")).toStartWith(
    'line 15: thresholds[0] is wrong: there is no measure "happiness"',
  );
});

test("a file that is no YAML is refused in the line where that shows", () => {
  expect(faults("shop: {", "shop: [")).toStartWith("line 2: ");
});

test("what YAML only warns of is refused in its line", () => {
  expect(faults("name: other", "name: !many other")).toBe("line 12: Unresolved tag: !many");
});

test("a file that is not UTF-8 is refused in the line that is not", () => {
  const [before, after] = GOOD.split("buyer");
  const latin1 = Buffer.from(`${before}buyer # für alle${after}`, "latin1");
  const path = files.write("latin1.yaml", latin1);
  expect(() => readScenarioFile(path)).toThrow(
    new Error(`${path}: line 9: the text is not UTF-8; save the file in that encoding`),
  );
});

test("what stands for something that is not there is refused in its line", () => {
  expect(faults("sockets: 10", "sockets: *many")).toBe(
    "line 3: *many stands for nothing: there is no &many before it",
  );
});

test("a file that stands for more than anybody can read is refused by name", () => {
  const nested = [
    "x0: &x0 [1]",
    ...[1, 2, 3, 4].map((at) => `x${at}: &x${at} [${`*x${at - 1},`.repeat(20)}]`),
  ];
  expect(faults("sockets: 10", nested.join("\n"))).toStartWith("Excessive alias count");
});

test("a file that is not there, and a name that no scenario has, are said", () => {
  const path = join("nowhere", "sale.yaml");
  expect(() => readScenario(path)).toThrow(`${path}: no such file`);
  expect(() => readScenario("flush-sale")).toThrow(
    "flush-sale: there is no such scenario; there are abandon, browse-mix,",
  );
});

const NEVER = ["oversold", "lost", "contradicted", "unexplained", "unanswered", "unfinished"];

test.each(scenarioNames())(
  "%s comes along, and promises that the shop keeps its word to everybody",
  (name) => {
    const scenario = readScenario(name);
    expect(scenario.name).toBe(name);
    for (const measure of NEVER)
      expect(scenario.thresholds).toContainEqual({ measure, comparison: "==", limit: 0, phase: undefined });
    expect(scenario.thresholds.some(({ measure }) => measure.startsWith("dropped"))).toBe(true);
  },
);

test("who watches pushes is promised that there are some", () => {
  const counted = readScenario("push").thresholds.filter(({ measure }) => measure === "push.count");
  expect(counted.map(({ comparison, phase }) => [comparison, phase])).toEqual([
    [">=", "quiet"],
    [">=", "busy"],
  ]);
});

test("seven scenarios come along", () => {
  expect(scenarioNames()).toEqual([
    "abandon",
    "browse-mix",
    "drop-with-bots",
    "flash-sale",
    "push",
    "replay-of-a-real-day",
    "steps",
  ]);
});
