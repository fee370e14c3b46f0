import { expect, test } from "bun:test";
import { UnknownVersion } from "../contract/upcast.ts";
import { LaneRig } from "../testing/lane-rig.ts";

test("a lane that finds a newer version when it recovers ends, and does not try again and again", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(3);
  await rig.ask(actor, { type: "Add", amount: 1 });
  const last = rig.journal.segments(3).at(-1);
  const [entry] = last?.body.actors ?? [];
  if (last === undefined || entry === undefined) throw new Error("the actor was not stored");
  const newer = { ...last.body, actors: [{ ...entry, version: 9 }] };
  await rig.journal.append([{ ...last, seq: last.seq + 1, batchId: "of a newer release", body: newer }]);
  rig.journal.failNext("unknown", false);
  const correlation = rig.send(actor, { type: "Add", amount: 1 });
  await rig.clock.advance(10_000);
  expect(rig.faults).toEqual([expect.any(UnknownVersion)]);
  expect(rig.lane().state).toBe("stopped");
  expect(rig.answer(correlation)).toBeUndefined();
});
