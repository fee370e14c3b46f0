import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { OwnershipLost } from "../ports/journal.ts";
import { LaneRig } from "../testing/lane-rig.ts";

const ADD = { type: "Add", amount: 1 } as const;
const UNKNOWN = { type: "unknown", retryAfterMs: 200 } as const;

/** A lane that has lost its memory and finds a store that does not answer. */
async function rigThatCannotRead() {
  const rig = await new LaneRig().open();
  const { snapshots } = rig;
  const checkpoints = snapshots.checkpoints.bind(snapshots);
  snapshots.checkpoints = () => Promise.reject(new Error("the store is away"));
  rig.journal.failNext("unknown", false);
  const lost = rig.send(rig.actorIn(0), ADD);
  await rig.clock.advance(10_000);
  const restore = (): void => {
    snapshots.checkpoints = checkpoints;
  };
  return { rig, lost, restore };
}

test("attempts to read a store that is away leave nothing in the journal but one takeover", async () => {
  const { rig, lost, restore } = await rigThatCannotRead();
  expect(rig.log.warnings.filter((message) => message.includes("try again")).length).toBeGreaterThan(4);
  expect(rig.journal.segments(0).length).toBe(2);
  restore();
  await rig.clock.advance(2_000);
  expect(rig.answer(lost)).toEqual(UNKNOWN);
  expect(await rig.ask(rig.actorIn(0), ADD)).toEqual(done({ total: 1 }));
});

test("a lane that is replaced while it cannot read does not serve again", async () => {
  const { rig, lost, restore } = await rigThatCannotRead();
  await rig.journal.claim([0, 1, 2, 3, 4, 5, 6, 7], "successor");
  restore();
  await rig.clock.advance(2_000);
  expect(rig.faults).toEqual([expect.any(OwnershipLost)]);
  expect(rig.answer(lost)).toBeUndefined();
});
