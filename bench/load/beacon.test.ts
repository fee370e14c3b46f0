import { afterEach, expect, test } from "bun:test";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { BEACON_UNITS } from "./beacon.ts";
import type { LoadCrowd } from "./load-crowd.ts";
import { runCrowd, taskFor } from "./testing/crowd-run.ts";
import {
  agreeable,
  PretendShop,
  problem,
  type Answer,
  type Answers,
  type SeenFrame,
} from "./testing/pretend-shop.ts";

const WATCHERS = 3;
/** A run in which so many changes are due, the last one some time before its end. */
const DUE = 8;
const RUN_SECONDS = 2.1;

const shops: PretendShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

/** What the shop says to a command of the beacon, by its number from 1; undefined for what it says to everybody. */
type AnswerTo = (nth: number, crowd: LoadCrowd | undefined) => Answer | undefined;

/** Runs a crowd with watchers at a shop with a beacon's product, and returns what the beacon asked for. */
async function watch(answerTo: AnswerTo = () => undefined, seconds = RUN_SECONDS) {
  let crowd: LoadCrowd | undefined;
  const lit: SeenFrame[] = [];
  const answers: Answers = (frame) => {
    if (frame.sku !== "LIGHT" && frame.op !== "cart.remove") return agreeable(frame);
    return answerTo(lit.push(frame), crowd) ?? agreeable(frame);
  };
  const shop = new PretendShop(answers, { LIGHT: BEACON_UNITS });
  shops.push(shop);
  const phases = [{ name: "all", seconds, fromRate: 0, toRate: 0 }];
  const task = taskFor(shop, { watchers: WATCHERS, phases }, { beacon: "LIGHT" });
  const run = await runCrowd(task, (_, running) => (crowd = running));
  const waitsMs = run.seconds.map(({ micros }) => maxMsOf(micros.push));
  return { run, lit, shop, longestMs: Math.max(...waitsMs) };
}

function maxMsOf(histogram: string | undefined): number {
  return histogram === undefined ? 0 : decodeFromCompressedBase64(histogram, 32, false).maxValue / 1_000;
}

test("every watcher sees every change of the beacon, whose commands are no visitor's", async () => {
  const { run, lit, shop } = await watch();
  expect(lit.map(({ op }) => op)).toEqual(
    Array.from({ length: DUE }, (_, index) => (index % 2 === 0 ? "cart.add" : "cart.remove")),
  );
  expect(run.timed("push")).toBe(WATCHERS * DUE);
  const visitors = shop.seen.filter(({ op }) => op === "cart.add" || op === "checkout").length - DUE / 2;
  expect(run.total("commands")).toBe(visitors);
});

test("a beacon that loses its connection begins the same change again, with the stock that there is and a unit less", async () => {
  const { run, lit } = await watch((nth) => (nth === 2 ? "close" : undefined));
  expect(lit.slice(0, 4).map(({ op }) => op)).toEqual(["cart.add", "cart.remove", "cart.add", "cart.remove"]);
  expect(lit[2]?.customer).not.toBe(lit[1]?.customer);
  expect(run.timed("push")).toBe(WATCHERS * DUE);
  expect(run.refused("sold_out")).toBe(0);
});

test("changes that were due while nobody could be reached count from their own times", async () => {
  const { run, longestMs } = await watch((nth) => {
    if (nth !== 2) return undefined;
    // Everybody stands still, the shop and its visitors.
    Bun.sleepSync(1_000);
    return "close";
  });
  expect(run.timed("push")).toBe(WATCHERS * DUE);
  expect(longestMs).toBeGreaterThanOrEqual(1_000);
});

test("changes that were due and are never seen count with the time that was waited for them", async () => {
  const { run, lit, longestMs } = await watch((nth) => (nth > 2 ? "nothing" : undefined));
  expect(lit).toHaveLength(3);
  expect(run.timed("push")).toBe(WATCHERS * DUE);
  // From the third one's time to the end of the run.
  expect(longestMs).toBeGreaterThanOrEqual(1_000);
});

test("what would be due after the end of a run is not, though everybody stood still over it", async () => {
  const { run, lit } = await watch((nth) => {
    if (nth === DUE) Bun.sleepSync(600);
    return undefined;
  });
  expect(lit).toHaveLength(DUE);
  expect(run.timed("push")).toBe(WATCHERS * DUE);
});

test("after an early end no change is due any more, and those that were are waited for", async () => {
  const { run, lit } = await watch((nth, crowd) => {
    if (nth === 4) crowd?.stop();
    return undefined;
  }, 3_600);
  expect(lit.length).toBeGreaterThanOrEqual(4);
  expect(run.timed("push")).toBe(WATCHERS * lit.length);
});

test("a beacon that is refused does not ask more often for that", async () => {
  const { run, lit } = await watch(() => problem("sold_out"));
  expect(lit.length).toBeLessThanOrEqual(DUE + 3);
  expect(run.timed("push")).toBe(WATCHERS * DUE);
});
