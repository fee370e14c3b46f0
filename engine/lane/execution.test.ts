import { expect, test } from "bun:test";
import { done } from "../contract/outcome.ts";
import { LaneRig } from "../testing/lane-rig.ts";
import type { TallyCommand } from "../testing/tally.ts";

// As many carts as may hold one product, all of whose holds end at once, and the shopper who asks for the product then.
const CROWD = 100_000 + 1;

test("a crowd is told something within one batch and is not taken for messages that go round in circles", async () => {
  const rig = await new LaneRig().open();
  const to = rig.actorIn(1);
  const told: readonly [string, TallyCommand] = [to, { type: "Add", amount: 1 }];
  const commands = Array.from({ length: CROWD }, () => told);
  expect(await rig.ask(rig.actorIn(0), { type: "Split", commands })).toEqual(done(null));
  expect(await rig.view(to)).toEqual({ total: CROWD, adds: CROWD });
  expect(rig.lane().statistics().recoveries).toBe(0);
});
