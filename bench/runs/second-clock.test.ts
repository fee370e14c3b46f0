import { afterEach, expect, setSystemTime, test } from "bun:test";
import { SecondClock } from "./second-clock.ts";

afterEach(() => void setSystemTime());

test("seconds pass though the machine's clock is set back while they do", async () => {
  const told: number[] = [];
  const second = Promise.withResolvers<void>();
  const clock = new SecondClock(Date.now(), (number, atSeconds) => {
    told.push(number, Math.round(atSeconds));
    if (number === 0) setSystemTime(Date.now() - 3_600_000);
    else second.resolve();
  });
  await second.promise;
  clock.stop();
  expect(told).toEqual([0, 0, 1, 1]);
});
