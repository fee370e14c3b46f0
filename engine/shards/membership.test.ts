import { expect, test } from "bun:test";
import { Generator } from "../contract/testing/generator.ts";
import { LIMITS, LOOK_MS, membershipRig as rig, type Heart } from "../testing/membership-rig.ts";
import type { Heartbeat } from "./heartbeat.ts";

const { beatEveryMs, suspectAfterMs, databaseBackMs, deadAfterMs } = LIMITS;

test("a node is alive with its first beat, and stays so while it beats, with every fourth beat lost too", async () => {
  const { heart, pass, taken, stateOf } = rig();
  const a = heart("a");
  a.beat();
  expect(taken()).toEqual(["a new -> suspect expected", "a suspect -> alive beat"]);
  for (let round = 0; round < 10; round += 1) {
    await pass(3 * beatEveryMs, a);
    await pass(beatEveryMs);
  }
  expect([stateOf("a"), taken()]).toEqual(["alive", []]);
});

test("a node that falls silent is suspect after a while, dead a little later, and alive again with a beat", async () => {
  const { heart, pass, taken, clock } = rig();
  const a = heart("a");
  a.beat();
  taken();
  await clock.advance(suspectAfterMs - 1);
  expect(taken()).toEqual([]);
  await clock.advance(LOOK_MS);
  expect(taken()).toEqual(["a alive -> suspect silence"]);
  await pass(deadAfterMs - suspectAfterMs);
  expect(taken()).toEqual(["a suspect -> dead silence"]);
  await pass(60_000);
  expect(taken()).toEqual([]);
  a.beat();
  expect(taken()).toEqual(["a dead -> alive beat"]);
});

test("a node whose database is away is treated like a silent one, though it is heard", async () => {
  const { heart, pass, taken } = rig();
  const [a, b] = [heart("a"), heart("b")];
  for (const each of [a, b]) each.beat();
  taken();
  a.databaseReachable = false;
  await pass(deadAfterMs + LOOK_MS, a, b);
  expect(taken()).toEqual(["a alive -> suspect databaseAway", "a suspect -> dead databaseAway"]);
  a.databaseReachable = true;
  await pass(beatEveryMs, a, b);
  expect(taken()).toEqual(["a dead -> alive beat"]);
});

test("whose own database was away gives those who speak time to find it again, and believes silence as ever", async () => {
  const { membership, heart, pass, taken, stateOf } = rig();
  const [a, b, c] = [heart("a"), heart("b"), heart("c")];
  for (const each of [a, b, c]) each.beat();
  membership.reach(false);
  for (const each of [a, b, c]) each.databaseReachable = false;
  await pass(60_000, a, b);
  expect([stateOf("a"), stateOf("b"), stateOf("c")]).toEqual(["suspect", "suspect", "dead"]);
  taken();
  membership.reach(true);
  a.databaseReachable = true;
  await pass(databaseBackMs - beatEveryMs, a, b);
  expect(taken()).toEqual(["a suspect -> alive beat"]);
  await pass(2 * beatEveryMs, a, b);
  expect(taken()).toEqual(["b suspect -> dead databaseAway"]);
});

test("a node that starts without its database never was alive, and is dead in time", async () => {
  const { heart, pass, taken } = rig();
  const a = heart("a");
  a.databaseReachable = false;
  await pass(deadAfterMs + beatEveryMs + LOOK_MS, a);
  expect(taken()).toEqual([
    "a new -> suspect expected",
    "a suspect -> suspect databaseAway",
    "a suspect -> dead databaseAway",
  ]);
});

test("a node that is expected has as long to speak up as one that has just been heard", async () => {
  const { membership, heart, pass, taken, stateOf } = rig();
  membership.expect("a", 1);
  membership.expect("b", 1);
  const b = heart("b");
  await pass(suspectAfterMs);
  expect([stateOf("a"), stateOf("b")]).toEqual(["suspect", "suspect"]);
  b.beat();
  await pass(deadAfterMs - suspectAfterMs);
  expect(taken().slice(2)).toEqual(["b suspect -> alive beat", "a suspect -> dead silence"]);
  membership.expect("b", 1);
  expect(stateOf("b")).toBe("alive");
});

test("a node that says goodbye has left at once; what was still on its way does not bring it back", async () => {
  const { membership, heart, pass, taken } = rig();
  const a = heart("a");
  a.beat();
  const late = a.next();
  taken();
  membership.goodbye("a", 1);
  membership.hear(late);
  await pass(60_000);
  expect(taken()).toEqual(["a alive -> left goodbye"]);
  a.restart();
  a.beat();
  expect(taken()).toEqual(["a left -> alive beat"]);
  membership.goodbye("a", 1);
  expect(taken()).toEqual([]);
});

test("a new incarnation replaces the old, whose beats no longer count, and is told though the node never fell", async () => {
  const { heart, pass, taken, membership } = rig();
  const [old, a] = [heart("a"), heart("a")];
  old.beat();
  a.restart();
  taken();
  a.beat();
  expect(taken()).toEqual(["a alive -> alive beat"]);
  expect(membership.members()[0]?.incarnation).toBe(2);
  await pass(deadAfterMs + LOOK_MS, old);
  expect(taken().at(-1)).toBe("a suspect -> dead silence");
});

test("a node that starts anew without its database is suspect until it has it, however it ended before", async () => {
  const { membership, heart, pass, taken } = rig();
  const [a, b] = [heart("a"), heart("b")];
  for (const each of [a, b]) each.beat();
  membership.goodbye("b", 1);
  await pass(60_000, a);
  taken();
  for (const each of [a, b]) {
    each.restart();
    each.databaseReachable = false;
    each.beat();
  }
  expect(taken()).toEqual(["a alive -> suspect databaseAway", "b left -> suspect databaseAway"]);
  for (const each of [a, b]) each.databaseReachable = true;
  await pass(beatEveryMs, a, b);
  expect(taken()).toEqual(["a suspect -> alive beat", "b suspect -> alive beat"]);
});

test("a node that starts anew is told while nobody is judged too", async () => {
  const { membership, heart, pass, taken } = rig();
  const a = heart("a");
  a.beat();
  membership.listen(false);
  membership.listen(true);
  taken();
  a.restart();
  a.databaseReachable = false;
  a.beat();
  expect(taken()).toEqual(["a alive -> alive beat"]);
  await pass(deadAfterMs, a);
  expect(taken()).toEqual(["a alive -> dead databaseAway"]);
});

test("a node that had left comes back though nobody is judged at the time, trusted or not", async () => {
  const { membership, heart, stateOf, taken } = rig();
  const a = heart("a");
  for (let start = 0; start < 4; start += 1) {
    a.restart();
    a.beat();
  }
  membership.goodbye("a", a.incarnation);
  membership.listen(false);
  membership.listen(true);
  taken();
  a.restart();
  a.beat();
  a.beat();
  expect([stateOf("a"), taken()]).toEqual(["suspect", ["a left -> suspect flapping"]]);
});

test("a beat that comes twice, or behind a later one, is no sign of life", async () => {
  const { heart, clock, membership, taken } = rig();
  const a = heart("a");
  const [first, second] = [a.next(), a.next()];
  membership.hear(second);
  taken();
  for (let round = 0; round < 20; round += 1) {
    await clock.advance(LOOK_MS);
    for (const beat of [first, second]) membership.hear(beat);
  }
  expect(taken().at(-1)).toBe("a suspect -> dead silence");
});

test("whoever stood still judges nobody before everybody could speak up", async () => {
  const { heart, clock, pass, taken } = rig();
  const hearts = [heart("a"), heart("b")];
  for (const each of hearts) each.beat();
  taken();
  // One look is due within this pause; it comes at its end, as timers of a thread that stood still do.
  clock.setBack(-60_000);
  hearts[0]?.beat();
  await clock.advance(LOOK_MS);
  expect(taken()).toEqual([]);
  await pass(deadAfterMs - 2 * LOOK_MS, hearts[0] as Heart);
  expect(taken()).toEqual([]);
  await pass(3 * LOOK_MS, hearts[0] as Heart);
  expect(taken()).toEqual(["b alive -> dead silence"]);
});

test("a clock that is set back keeps nobody alive", async () => {
  const { heart, clock, pass, taken, stateOf } = rig();
  const [a, b] = [heart("a"), heart("b")];
  a.beat();
  clock.setBack(10_000);
  b.beat();
  taken();
  await pass(10_000 + 2 * LOOK_MS, b);
  expect([taken(), stateOf("b")]).toEqual([["a alive -> dead silence"], "alive"]);
});

test("a node that falls again and again is not trusted at once, and is when it has been steady", async () => {
  const { heart, pass, taken, stateOf } = rig();
  const a = heart("a");
  a.beat();
  for (let fall = 0; fall < 3; fall += 1) {
    await pass(suspectAfterMs);
    await pass(beatEveryMs, a);
  }
  expect(taken().at(-1)).toEndWith("-> suspect flapping");
  await pass(30_000, a);
  expect(stateOf("a")).toBe("suspect");
  await pass(30_000, a);
  expect(taken()).toEqual(["a suspect -> alive beat"]);
});

test("a node that starts anew again and again is not trusted either", () => {
  const { heart, stateOf } = rig();
  const a = heart("a");
  for (let start = 0; start < 4; start += 1) {
    a.beat();
    a.restart();
  }
  expect(stateOf("a")).toBe("suspect");
});

test("no more nodes are remembered than there may be: the one gone for longest makes room, a living one never", async () => {
  const { membership, heart, pass, stateOf } = rig();
  for (const node of ["a", "b"]) heart(node).beat();
  await pass(10_000);
  const living = ["c", "d"].map((node) => heart(node));
  for (const each of living) each.beat();
  heart("e").beat();
  heart("f").beat();
  expect(membership.members().map(({ node }) => node)).toEqual(["c", "d", "e", "f"]);
  heart("g").beat();
  expect(stateOf("g")).toBeUndefined();
});

test("whatever is lost, late or repeated: who beats steadily is alive in the end, who does not is gone", async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const generator = new Generator(seed);
    const { membership, heart, pass, clock, stateOf } = rig({ ...LIMITS, halfLifeMs: 1_000 });
    const hearts = ["a", "b", "c"].map((node) => heart(node));
    const sent: Heartbeat[] = [];
    for (let step = 0; step < 100; step += 1) {
      const each = hearts[generator.below(3)] as Heart;
      each.databaseReachable = generator.chance(80);
      if (generator.chance(3)) each.restart();
      if (generator.chance(3)) membership.goodbye(each.node, generator.between(1, each.incarnation));
      if (generator.chance(5)) membership.listen(generator.chance(50));
      if (generator.chance(3)) clock.setBack(generator.between(-5_000, 5_000));
      const beat = each.next();
      sent.push(beat);
      if (generator.chance(60)) membership.hear(beat);
      if (generator.chance(20)) membership.hear(sent[generator.below(sent.length)] as Heartbeat);
      await clock.advance(generator.below(400));
    }
    membership.listen(true);
    const [a, b, c] = hearts as [Heart, Heart, Heart];
    for (const each of hearts) each.databaseReachable = true;
    // Whoever said goodbye is heard again when it has started again.
    for (const each of [a, b]) each.restart();
    c.restart();
    c.beat();
    membership.goodbye("c", c.incarnation);
    await pass(12_000, a);
    expect([seed, stateOf("a"), stateOf("b") === "alive", stateOf("c")]).toEqual([
      seed,
      "alive",
      false,
      "left",
    ]);
  }
});

test("a node that has fallen too often is trusted again in time also after the clock was set back", async () => {
  const { heart, stateOf, pass, clock } = rig();
  const a = heart("a");
  for (let start = 0; start < 4; start += 1) {
    a.beat();
    a.restart();
  }
  a.beat();
  expect(stateOf("a")).toBe("suspect");
  clock.setBack(3_600_000);
  await pass(90_000, a);
  expect(stateOf("a")).toBe("alive");
});
