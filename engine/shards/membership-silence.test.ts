import { expect, test } from "bun:test";
import { LIMITS, LOOK_MS, membershipRig as rig } from "../testing/membership-rig.ts";

const { beatEveryMs, busBackMs, deadAfterMs } = LIMITS;

type Heart = ReturnType<ReturnType<typeof rig>["heart"]>;

test("while nothing is heard nobody is judged, and for long enough after it that all have found the bus again", async () => {
  const { membership, heart, pass, taken } = rig();
  const [a, b, c] = [heart("a"), heart("b"), heart("c")];
  for (const each of [a, b, c]) each.beat();
  taken();
  membership.listen(false);
  await pass(60_000);
  membership.listen(true);
  // Whoever has looked for the bus for long looks for it less often.
  await pass(busBackMs - beatEveryMs, a);
  await pass(beatEveryMs - LOOK_MS, a, c);
  c.beat();
  expect(taken()).toEqual([]);
  await pass(2 * LOOK_MS, a, c);
  expect(taken()).toEqual(["b alive -> dead silence"]);
});

test("after a moment in which nothing is heard others have as long again to find the bus, and the time to speak up", async () => {
  const { membership, heart, pass, taken } = rig();
  const [a, b] = [heart("a"), heart("b")];
  for (const each of [a, b]) each.beat();
  taken();
  membership.listen(false);
  await pass(3 * beatEveryMs);
  membership.listen(true);
  await pass(deadAfterMs + 3 * beatEveryMs - LOOK_MS, a);
  expect(taken()).toEqual([]);
  await pass(2 * LOOK_MS, a);
  expect(taken()).toEqual(["b alive -> dead silence"]);
});

/** How long b is silent until it is dead, ms, where the same happens to the bus again and again for a minute; only a is heard. */
async function silentFor(
  again: (parts: Pick<ReturnType<typeof rig>, "membership" | "pass">, a: Heart) => Promise<void>,
): Promise<number | undefined> {
  const { membership, heart, pass, taken, clock } = rig();
  const [a, b] = [heart("a"), heart("b")];
  for (const each of [a, b]) each.beat();
  taken();
  const startedAtMs = clock.nowMs();
  let tookMs: number | undefined;
  while (clock.nowMs() - startedAtMs < 60_000) {
    await again({ membership, pass }, a);
    if (membership.members()[1]?.state === "dead") tookMs ??= clock.nowMs() - startedAtMs;
  }
  expect(taken()).toEqual(["b alive -> dead silence"]);
  return tookMs;
}

test("a bus that comes and goes for ever spares those who are heard in between, and the others not for ever", async () => {
  const tookMs = await silentFor(async ({ membership, pass }, a) => {
    membership.listen(false);
    await pass(3 * beatEveryMs);
    membership.listen(true);
    await pass(3 * beatEveryMs, a);
  });
  // Half of the time the others can be heard.
  expect(tookMs).toBeGreaterThanOrEqual(2 * (deadAfterMs + busBackMs) - 6 * beatEveryMs);
  expect(tookMs).toBeLessThanOrEqual(2 * (deadAfterMs + busBackMs) + 6 * beatEveryMs);
});

test("what was silent before it was known to be does not count as listened to", async () => {
  const tookMs = await silentFor(async ({ membership, pass }, a) => {
    await pass(3 * beatEveryMs);
    membership.listen(false);
    await pass(beatEveryMs);
    membership.listen(true);
    await pass(2 * beatEveryMs, a);
  });
  // A third of the time the others can be heard.
  expect(tookMs).toBeGreaterThanOrEqual(3 * (deadAfterMs + busBackMs) - 6 * beatEveryMs);
  expect(tookMs).toBeLessThanOrEqual(3 * (deadAfterMs + busBackMs) + 6 * beatEveryMs);
});

test("a thread that stands still again and again judges in the end, too", async () => {
  const { heart, pass, taken, clock, membership } = rig();
  const [a, b] = [heart("a"), heart("b")];
  for (const each of [a, b]) each.beat();
  taken();
  for (let times = 0; times < 20; times += 1) {
    clock.setBack(-3 * beatEveryMs);
    await pass(3 * beatEveryMs, a);
  }
  expect(membership.members().map(({ state }) => state)).toEqual(["alive", "dead"]);
});

test("a clock that is set back while the bus is away takes nobody the time to find it again", async () => {
  const { membership, heart, pass, taken, clock } = rig();
  const [a, b] = [heart("a"), heart("b")];
  for (const each of [a, b]) each.beat();
  taken();
  membership.listen(false);
  await pass(10_000);
  clock.setBack(3_600_000);
  await pass(10_000);
  membership.listen(true);
  await pass(busBackMs - beatEveryMs, a);
  expect(taken()).toEqual([]);
});
