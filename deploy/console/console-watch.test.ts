import { expect, test } from "bun:test";
import type { ConsoleHistory, ConsoleNow } from "../../gateway/protocol/console-line.ts";
import { CollectingLog } from "../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import type { ConsoleSources } from "./console-sources.ts";
import { ConsoleWatch } from "./console-watch.ts";
import { FIGURES_SAMPLE } from "./testing/figures-sample.ts";

const never = (): Promise<never> => new Promise(() => undefined);

function watchOf(sources: Partial<ConsoleSources> = {}): {
  watch: ConsoleWatch;
  clock: ManualClock;
  asked: string[];
} {
  const [clock, asked] = [new ManualClock(), [] as string[]];
  const all: ConsoleSources = {
    node: "node-a",
    livingNodes: () => ["node-a", "node-b"],
    figures: async (node) => {
      asked.push(node);
      return FIGURES_SAMPLE;
    },
    nodes: never,
    shards: never,
    operations: async () => [],
    products: async () => [],
    ...sources,
  };
  return { watch: new ConsoleWatch(all, clock, new CollectingLog()), clock, asked };
}

test("nothing is asked while nobody watches; however many do, everything is asked once a second", async () => {
  const { watch, clock, asked } = watchOf();
  await clock.advance(5_000);
  expect([asked, clock.plannedCount]).toEqual([[], 0]);
  const leave = [watch.join(), watch.join(), watch.join()];
  await clock.advance(2_500);
  expect(asked).toEqual(["node-a", "node-b", "node-a", "node-b", "node-a", "node-b"]);
  for (const each of leave) each();
  await clock.advance(5_000);
  expect([asked.length, clock.plannedCount]).toEqual([6, 0]);
});

test("a line comes every second though somebody hangs, and a slow reader gets the newest one", async () => {
  const { watch, clock } = watchOf({ figures: never });
  watch.join();
  await clock.advance(3_950);
  const line = await watch.after(1);
  expect(line?.number).toBe(4);
  const now = JSON.parse(new TextDecoder().decode(line?.bytes)) as ConsoleNow;
  expect(now.traffic.without).toEqual(["node-a", "node-b"]);
  expect(now.point.ordersPerSecond).toBeNull();
  watch.close();
  expect(await watch.after(4)).toBeUndefined();
});

test("whoever comes after nobody has watched is told how everything is, and not how it was", async () => {
  const { watch, clock } = watchOf();
  const leave = watch.join();
  await clock.advance(950);
  const before = await watch.after(0);
  leave();
  await clock.advance(3_600_000);
  watch.join();
  const told = watch.after(0);
  await clock.advance(950);
  const now = JSON.parse(new TextDecoder().decode((await told)?.bytes)) as ConsoleNow;
  expect(clock.nowMs() - now.atMs).toBeLessThan(1_000);
  expect((await told)?.number).toBe((before?.number ?? 0) + 1);
  watch.close();
});

test("orders are not known, rather than none, until they were counted twice", async () => {
  let uptimeMs = 0;
  const figures = async () => ({ ...FIGURES_SAMPLE, uptimeMs: (uptimeMs += 1_000) });
  const { watch, clock } = watchOf({ figures, livingNodes: () => [] });
  watch.join();
  await clock.advance(1_950);
  const history = JSON.parse(new TextDecoder().decode(watch.history)) as ConsoleHistory;
  expect(history.points.map(({ ordersPerSecond }) => ordersPerSecond)).toEqual([null, 0]);
  watch.close();
});

test("a node that has left is shown no longer, and what is wrong is told since when", async () => {
  const nodes = ["node-a", "node-b"];
  const { watch, clock } = watchOf({ livingNodes: () => nodes });
  watch.join();
  const look = async (): Promise<ConsoleNow> => {
    const line = await watch.after(number);
    number = line?.number ?? 0;
    return JSON.parse(new TextDecoder().decode(line?.bytes)) as ConsoleNow;
  };
  let number = 0;
  await clock.advance(950);
  const first = await look();
  nodes.pop();
  await clock.advance(1_000);
  const second = await look();
  expect([first, second].map((now) => now.nodes.map(({ node }) => node))).toEqual([
    ["node-a", "node-b"],
    ["node-a"],
  ]);
  const unread = (now: ConsoleNow) =>
    now.alerts.find(({ text }) => text === "1 shard of node-a cannot be read.");
  expect(unread(first)?.severity).toBe("wrong");
  expect(unread(second)?.sinceMs).toBe(first.atMs);
  watch.close();
});
