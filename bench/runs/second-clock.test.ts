import { afterEach, expect, setSystemTime, test } from "bun:test";
import { SecondClock } from "./second-clock.ts";

afterEach(() => void setSystemTime());

test("seconds pass though the machine's clock is set back while they do", async () => {
  const told: number[] = [];
  const second = Promise.withResolvers<void>();
  const clock = new SecondClock(Date.now(), (_, atSeconds) => {
    if (told.push(atSeconds) === 1) setSystemTime(Date.now() - 3_600_000);
    else second.resolve();
  });
  await second.promise;
  clock.stop();
  // A timer may come a little early, and on a busy machine late.
  expect(told[1]).toBeGreaterThan(0.9);
});
