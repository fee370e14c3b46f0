import { expect, test } from "bun:test";
import { LaneRig } from "../testing/lane-rig.ts";
import { LaneMeter, type LaneWork } from "./lane-meter.ts";

/** A lane whose thread uses as much processor time as the test says. */
async function metered() {
  const rig = await new LaneRig({ limits: { mailboxLengthMax: 8 } }).open();
  let cpuMs = 0;
  let nowMs = 0;
  const work = (): LaneWork => rig.lane().work();
  const meter = new LaneMeter({ work, cpuMs: () => cpuMs, nowMs: () => nowMs });
  /** Ten seconds pass, of which the thread has worked so many. */
  const measure = (workedMs: number) => {
    nowMs += 10_000;
    cpuMs += workedMs;
    const { load, shards } = meter.measure();
    return {
      load,
      costs: Array.from({ length: 8 }, (_, shard) => shards.find((each) => each.shard === shard)?.cost),
    };
  };
  return { rig, measure, passTime: (byMs: number) => (nowMs += byMs) };
}

function sum(costs: readonly (number | undefined)[]): number {
  return costs.reduce<number>((all, cost) => all + (cost ?? 0), 0);
}

test("processor time is spread over the shards by the work that they had; a shard without work costs nothing", async () => {
  const { rig, measure } = await metered();
  for (let round = 0; round < 3; round += 1) {
    await rig.ask(rig.actorIn(2), { type: "Add", amount: 1 });
    for (const nth of [0, 1, 2]) await rig.ask(rig.actorIn(5, nth), { type: "Add", amount: 1 });
  }
  const { load, costs } = measure(4_000);
  expect(load).toBe(0.4);
  expect(costs).toEqual([0, 0, 0.1, 0, 0, 0.3, 0, 0].map((cost) => expect.closeTo(cost, 4)));
});

test("what is measured once does not count again", async () => {
  const { rig, measure } = await metered();
  await rig.ask(rig.actorIn(2), { type: "Add", amount: 1 });
  measure(4_000);
  await rig.ask(rig.actorIn(5), { type: "Add", amount: 1 });
  expect(measure(1_000).costs).toEqual([0, 0, 0, 0, 0, 0.1, 0, 0]);
});

test("a lane that looks after itself burdens no shard with it", async () => {
  const { measure } = await metered();
  expect(measure(50)).toEqual({ load: 0.005, costs: Array(8).fill(0) });
});

test("reads are work, too", async () => {
  const { rig, measure } = await metered();
  await rig.read(rig.actorIn(6));
  expect(measure(100).costs[6]).toBe(0.01);
});

test("messages are work of the shard that they go to", async () => {
  const { rig, measure } = await metered();
  await rig.ask(rig.actorIn(1), { type: "Forward", to: rig.actorIn(4), command: { type: "Add", amount: 1 } });
  const { costs } = measure(1_000);
  expect(costs[4]).toBeGreaterThan(0);
  expect(sum(costs)).toBeCloseTo(0.1, 3);
});

test("what had to be sent back, or waits, counts as if it had been taken, but for a crowd that asks again and again", async () => {
  const { rig, measure } = await metered();
  const sendAtOnce = async (count: number) => {
    for (let index = 0; index < count; index += 1)
      rig.send(rig.actorIn(3, index % 2), { type: "Add", amount: 1 });
    await rig.clock.settle();
  };
  await sendAtOnce(8);
  expect(measure(10_000).costs[3]).toBe(1);
  await sendAtOnce(12);
  expect(measure(10_000).costs[3]).toBe(1.5);
  await sendAtOnce(800);
  expect(measure(10_000).costs[3]).toBe(3);
});

test("a shard that has gone takes its work along, and one that has come is measured from the next time on", async () => {
  const { rig, measure } = await metered();
  for (const shard of [0, 1, 2, 3]) await rig.ask(rig.actorIn(shard), { type: "Add", amount: 1 });
  const gone = rig.lane().letGo([3]);
  await rig.clock.settle();
  await gone;
  expect(measure(4_000).costs).toEqual([0.1, 0.1, 0.1, undefined, 0, 0, 0, 0]);
  const come = rig.lane().adopt([3]);
  await rig.clock.settle();
  await come;
  expect(measure(0).costs[3]).toBeUndefined();
  await rig.ask(rig.actorIn(3), { type: "Add", amount: 1 });
  expect(measure(1_000).costs[3]).toBe(0.1);
});

test("what was built anew is measured from the next time on", async () => {
  const { rig, measure } = await metered();
  await rig.ask(rig.actorIn(3), { type: "Add", amount: 1 });
  measure(1_000);
  await rig.ask(rig.actorIn(3), { type: "Add", amount: 1 });
  rig.journal.failNext("refused", false);
  rig.send(rig.actorIn(2), { type: "Add", amount: 1 });
  await rig.clock.advance(5_000);
  expect(measure(1_000).costs).toEqual(Array(8).fill(undefined));
  expect(measure(1_000).costs).toEqual(Array(8).fill(0));
});

test("a clock that is set back measures nothing", async () => {
  const { rig, measure, passTime } = await metered();
  await rig.ask(rig.actorIn(3), { type: "Add", amount: 1 });
  passTime(-60_000);
  expect(measure(1_000)).toEqual({ load: 0, costs: Array(8).fill(undefined) });
});
