import { expect, test } from "bun:test";
import { memoryJournal } from "../../persistence/memory/journal.ts";
import type { BenchShop } from "./bench-shop.ts";
import { runScenario, type RunPlan } from "./run-scenario.ts";
import type { RunWatch } from "./run-stage.ts";
import { testScenario } from "./testing/scenario.ts";

/** A shop that nobody buys from; `did` hears what is asked of it, in turn. */
function quietShop(did: (what: string) => void, changes: Partial<BenchShop> = {}): BenchShop {
  const done = async (what: string) => {
    did(what);
    return { ok: true, value: {} } as const;
  };
  return {
    url: "http://127.0.0.1:7070",
    tenant: "shop",
    operator: {
      listProduct: () => done("list"),
      receiveStock: () => done("receive"),
      subscribe: () => () => undefined,
      status: { type: "closed", reason: "it is not there" },
    } as unknown as BenchShop["operator"],
    journal: memoryJournal(),
    journalBytes: async () => {
      did("bytes");
      return 0;
    },
    deciders: [],
    processes: { shopPids: "its node is not known", postgresPid: undefined },
    ...changes,
  };
}

const PLAN: RunPlan = {
  runId: "r1",
  seed: 1,
  scenario: testScenario({ shop: { skus: 1, stock: 5, limitPerCustomer: undefined, zipf: 0 } }),
  generators: 1,
  version: "0.1.0",
};

/** Runs without a visitor; `began` hears when the first one would have come. */
function run(
  shop: BenchShop,
  watch: RunWatch = {},
  began: (atMs: number) => void = () => undefined,
  changes: Partial<RunPlan> = {},
) {
  return runScenario(shop, { ...PLAN, ...changes }, watch, async () => ({
    start: began,
    stop: () => undefined,
    done: Promise.resolve({ unanswered: 0, cutOffAtSeconds: null }),
    close: async () => undefined,
  }));
}

test("bytes that the products of a run take are not those of its orders", async () => {
  const did: string[] = [];
  await run(quietShop((what) => did.push(what)));
  expect(did).toEqual(["list", "receive", "bytes", "bytes"]);
});

test("a run started when its first visitor could come, not when its products were listed", async () => {
  let beganAtMs = 0;
  const { startedAt } = await run(
    quietShop(() => undefined),
    {},
    (atMs) => {
      beganAtMs = atMs;
    },
  );
  expect(Date.parse(startedAt)).toBe(beganAtMs);
});

test("a run that is told to end while its products are listed waits for none of them, and names what stays", async () => {
  const interruption = new AbortController();
  const operator = {
    listProduct: () => {
      interruption.abort();
      return new Promise(() => undefined);
    },
  } as unknown as BenchShop["operator"];
  const shop = quietShop(() => undefined, { operator });
  await expect(run(shop, { signal: interruption.signal })).rejects.toThrow(
    "ended early; the products that it has listed (bench-r1-…) stay in the catalogue",
  );
});

test("why nobody knows the CPU time of the shop is part of the result", async () => {
  const { cpuUnknownBecause } = await run(quietShop(() => undefined));
  expect(cpuUnknownBecause).toBe("its node is not known");
  const processes = { shopPids: [process.pid], postgresPid: process.pid };
  expect((await run(quietShop(() => undefined, { processes }))).cpuUnknownBecause).toBeNull();
  const elsewhere = { shopPids: [process.pid], postgresPid: undefined };
  expect((await run(quietShop(() => undefined, { processes: elsewhere }))).cpuUnknownBecause).toBe(
    "Postgres does not run on this machine",
  );
});

test("the day that was played is part of the result, also where the scenario leaves it to the file", async () => {
  const arrivals = { kind: "recorded", day: undefined, speed: 600 } as const;
  const { scenario } = await run(
    quietShop(() => undefined),
    {},
    () => undefined,
    {
      scenario: testScenario({ arrivals }),
      recorded: { day: "2010-12-02", skus: ["bench-r1-1"], baskets: [] },
    },
  );
  expect(scenario.arrivals).toEqual({ ...arrivals, day: "2010-12-02" });
});
