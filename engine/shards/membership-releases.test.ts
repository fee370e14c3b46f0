import { expect, test } from "bun:test";
import { LIMITS, LOOK_MS, membershipRig as rig } from "../testing/membership-rig.ts";

const { beatEveryMs, deadAfterMs } = LIMITS;

test("a node that is heard and not understood keeps what it has and gets nothing more, until it is, or is silent", async () => {
  const { heart, pass, taken, stateOf, membership } = rig();
  const [a, b] = [heart("a"), heart("b")];
  for (const each of [a, b]) each.beat();
  taken();
  for (let round = 0; round < 20; round += 1) {
    membership.hearUnreadable("a");
    await pass(beatEveryMs, b);
  }
  expect(taken()).toEqual(["a alive -> suspect unreadable"]);
  a.beat();
  expect(taken()).toEqual(["a suspect -> alive beat"]);
  membership.hearUnreadable("a");
  await pass(deadAfterMs + LOOK_MS, b);
  expect([stateOf("a"), taken().at(-1)]).toEqual(["dead", "a suspect -> dead silence"]);
  membership.hearUnreadable("a");
  expect(stateOf("a")).toBe("suspect");
});

test("what cannot be understood makes nobody known, and brings nobody back who has said goodbye", () => {
  const { heart, taken, membership } = rig();
  const a = heart("a");
  a.beat();
  membership.goodbye("a", 1);
  taken();
  membership.hearUnreadable("a");
  membership.hearUnreadable("z");
  expect([taken(), membership.members().map(({ node }) => node)]).toEqual([[], ["a"]]);
});
