import { expect, test } from "bun:test";
import { Interrupted } from "../interruption/interruption.ts";
import { Contest, type ContestStage, type ContestWatch } from "./contest.ts";
import type { Entrant, EntrantName, RoundPlan } from "./entrant.ts";
import { entrantOf } from "./testing/rounds.ts";

const PLAN = { buyers: 9, rounds: 3, seconds: 2, warmUpSeconds: 1 };
const QUIET: ContestWatch = {
  signal: new AbortController().signal,
  servers: [],
  untilCaughtUp: () => Promise.resolve(),
  began: () => undefined,
};

/** Runs a contest and remembers who sold when and how. */
async function contestOf(entrants: readonly Entrant[], plan = PLAN) {
  const sales: { readonly name: EntrantName; readonly plan: RoundPlan }[] = [];
  const begun: string[] = [];
  const watched = entrants.map((entrant) => ({
    ...entrant,
    sell: (round: RoundPlan, signal: AbortSignal) => {
      sales.push({ name: entrant.name, plan: round });
      return entrant.sell(round, signal);
    },
  }));
  const began = (stage: ContestStage, name: EntrantName, sale: number, of: number) =>
    void begun.push(`${stage} ${name} ${sale}/${of}`);
  return { standings: await new Contest(plan, { ...QUIET, began }).run(watched), sales, begun };
}

const shop = entrantOf("shop", { 9: 500 });

test("of several numbers of connections, the one that sells most is kept", async () => {
  const { standings, sales } = await contestOf([shop, entrantOf("sql-statement", { 4: 70, 16: 90, 64: 80 })]);
  expect(standings.map(({ connections }) => connections)).toEqual([9, 16]);
  const counted = sales.slice(4).filter(({ name }) => name === "sql-statement");
  expect(counted.map(({ plan: { connections } }) => connections)).toEqual([16, 16, 16, 16]);
});

test("sales to try things out do not count", async () => {
  const { standings } = await contestOf([shop, entrantOf("sql-statement", { 4: 70, 16: 90 })]);
  expect(standings.map(({ rounds }) => rounds.length)).toEqual([3, 3]);
});

test("whoever sells for the first time has longer to warm up", async () => {
  const { sales } = await contestOf([shop, entrantOf("sql-statement", { 4: 70, 16: 90 })]);
  const warmUps = sales.map(({ plan: { goal } }) => (goal.kind === "time" ? goal.warmUpSeconds : 0));
  expect(warmUps.slice(0, 3)).toEqual([4, 4, 1]);
});

test("everybody sells to the same number of buyers for the same time, in turns that change their direction", async () => {
  const { sales } = await contestOf([shop, entrantOf("sql-statement", { 4: 70 })]);
  const counted = sales.slice(2, 8);
  expect(counted.map(({ name }) => name)).toEqual([
    "shop",
    "sql-statement",
    "sql-statement",
    "shop",
    "shop",
    "sql-statement",
  ]);
  const goal = { kind: "time", seconds: 2, warmUpSeconds: 1 } as const;
  for (const { plan } of counted) expect(plan).toMatchObject({ buyers: 9, goal });
});

test("at the end everybody sells a stock out that more want than there is", async () => {
  const { sales } = await contestOf([shop, entrantOf("sql-statement", { 4: 70 })]);
  const goals = sales.slice(8).map(({ plan }) => plan.goal);
  const goal = { kind: "sell-out", units: 1_000, attempts: 1_500 } as const;
  expect(goals).toEqual([goal, goal]);
});

test("whoever watches hears of every sale, numbered within its stage", async () => {
  const { begun } = await contestOf([shop, entrantOf("sql-statement", { 4: 70, 16: 90 })], {
    ...PLAN,
    rounds: 1,
  });
  expect(begun).toEqual([
    "trying shop 1/3",
    "trying sql-statement 2/3",
    "trying sql-statement 3/3",
    "selling shop 1/2",
    "selling sql-statement 2/2",
    "selling out shop 1/2",
    "selling out sql-statement 2/2",
  ]);
});

test("nobody sells before the shop has followed the sale before", async () => {
  const done: string[] = [];
  const untilCaughtUp = async () => void done.push("caught up");
  const sell = async (plan: RoundPlan, signal: AbortSignal) => {
    done.push("sold");
    return shop.sell(plan, signal);
  };
  await new Contest({ ...PLAN, rounds: 1 }, { ...QUIET, untilCaughtUp }).run([{ ...shop, sell }]);
  expect(done).toEqual(["caught up", "sold", "caught up", "sold", "caught up", "sold"]);
});

test("a contest that shall end early does not wait for a shop that does not catch up", async () => {
  const interruption = new AbortController();
  const untilCaughtUp = () => {
    interruption.abort(new Interrupted());
    return new Promise<void>(() => undefined);
  };
  const watch = { ...QUIET, untilCaughtUp, signal: interruption.signal };
  await expect(new Contest(PLAN, watch).run([shop])).rejects.toThrow(Interrupted);
});

test("a contest that shall end early lets nobody sell any more", async () => {
  const interruption = new AbortController();
  interruption.abort(new Interrupted());
  let sold = 0;
  const entrant = { ...shop, sell: () => Promise.reject(new Error(`sold ${(sold += 1)}`)) };
  const watch = { ...QUIET, signal: interruption.signal };
  await expect(new Contest(PLAN, watch).run([entrant])).rejects.toThrow(Interrupted);
  expect(sold).toBe(0);
});
