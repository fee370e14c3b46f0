import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import type { LaneLimits } from "./limits.ts";

const ADD = { type: "Add", amount: 1 } as const;
const OVERLOADED = { type: "overloaded", retryAfterMs: 200 } as const;

/** A lane whose actors are stored and not in memory, and of which one cannot be read until it is mended. */
async function rigWithDamage(limits: Partial<LaneLimits> = {}) {
  const rig = await new LaneRig({ limits }).open();
  const [damaged, sound] = [rig.actorIn(0), rig.actorIn(0, 1)];
  for (const actor of [damaged, sound]) await rig.ask(actor, ADD);
  await rig.lane().stop();
  await rig.restart();
  const store = rig.snapshots;
  const load = store.load.bind(store);
  store.load = async (shard, addresses) => {
    if (addresses.some(({ id }) => damaged.endsWith(`/${id}`))) throw new Error("a segment is damaged");
    return load(shard, addresses);
  };
  const mend = (): void => {
    store.load = load;
  };
  return { rig, damaged, sound, mend };
}

test("an actor that cannot be read keeps its lane from nothing else, and whoever asks for it is told at once", async () => {
  const { rig, damaged, sound, mend } = await rigWithDamage();
  const [first, beside] = [rig.send(damaged, ADD), rig.send(sound, ADD)];
  const read = rig.sendRead(damaged);
  await rig.clock.advance(1_000);
  expect([first, read, beside].map((correlation) => rig.answer(correlation))).toEqual([
    OVERLOADED,
    OVERLOADED,
    done({ total: 2 }),
  ]);
  for (let count = 0; count < 10; count += 1) {
    expect(await rig.ask(rig.actorIn(0, 7), ADD)).toEqual(done({ total: count + 1 }));
    expect(await rig.ask(damaged, ADD)).not.toEqual(done({ total: 2 }));
    await rig.clock.advance(1_000);
  }
  expect(rig.lane().statistics().recoveries).toBe(0);
  mend();
  await rig.clock.advance(10_000);
  expect(await rig.ask(damaged, ADD)).toEqual(done({ total: 2 }));
});

test("who watches an actor that cannot be read sees it once it can be", async () => {
  const { rig, damaged, mend } = await rigWithDamage();
  rig.watch(damaged);
  await rig.clock.advance(10_000);
  expect(rig.client.views(0)).toEqual([]);
  mend();
  await rig.clock.advance(10_000);
  expect(rig.client.views(0).map(({ view }) => view)).toEqual([{ total: 1, adds: 1 }]);
  expect(rig.lane().statistics().recoveries).toBe(0);
});

test("a lane stops although an actor cannot be read that is waited for", async () => {
  const { rig, damaged } = await rigWithDamage();
  rig.watch(damaged);
  await rig.clock.advance(10_000);
  await rig.lane().stop();
  expect(rig.lane().state).toBe("stopped");
});
