import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { ServerClock } from "./server-clock.ts";

let localMs = 0;
let now: ReturnType<typeof spyOn>;

beforeEach(() => {
  localMs = 0;
  now = spyOn(performance, "now").mockImplementation(() => localMs);
});

afterEach(() => void now.mockRestore());

/** Asks a server whose clock is `aheadMs` before the local one; the answer takes as long back as the question did. */
function ask(clock: ServerClock, aheadMs: number, roundTripMs: number): void {
  const sentAtMs = localMs;
  localMs += roundTripMs;
  clock.observe(sentAtMs, sentAtMs + roundTripMs / 2 + aheadMs);
}

test("the shortest round trip tells the time", () => {
  const clock = new ServerClock();
  ask(clock, 5_000, 20);
  const sentAtMs = localMs;
  localMs += 400;
  // The way there took 350 of these: half of the whole would be 150 wrong.
  clock.observe(sentAtMs, sentAtMs + 350 + 5_000);
  expect(clock.nowMs()).toBe(localMs + 5_000);
});

test("a server that tells whole milliseconds does not prove the known time wrong", () => {
  const clock = new ServerClock();
  ask(clock, 5_000.9, 0);
  const sentAtMs = localMs;
  localMs += 60;
  // It looked at its clock at once, and what it tells is cut to whole milliseconds.
  clock.observe(sentAtMs, Math.floor(sentAtMs + 5_000.9));
  expect(clock.nowMs()).toBe(Math.round(localMs + 5_000.9));
});

test("a clock that drifts for a day, or stands still while the machine sleeps, is set again by longer round trips", () => {
  const clock = new ServerClock();
  ask(clock, 5_000, 20);
  for (let hour = 1; hour <= 24; hour++) {
    localMs += 3_600_000;
    ask(clock, 5_000 + hour * 200, 40);
    expect(Math.abs(clock.nowMs() - localMs - 5_000 - hour * 200)).toBeLessThanOrEqual(40);
  }
  ask(clock, 65_000, 90);
  expect(clock.nowMs()).toBe(localMs + 65_000);
});
