import { expect, test } from "bun:test";
import { retryAfterMs, retryPause } from "./retry-policy.ts";

test("each repetition waits three times as long, up to an hour, and none exactly as long as another", () => {
  const pauses = [1, 2, 3, 4, 9, 40].map((attempts) => retryPause(attempts, 1_000, 3_600_000, 0.5));
  expect(pauses).toEqual([1_000, 3_000, 9_000, 27_000, 3_600_000, 3_600_000]);
  expect([0, 0.999_999].map((chance) => retryPause(1, 1_000, 3_600_000, chance))).toEqual([800, 1_200]);
});

test("a receiver may say when to come back, in seconds or by a date, and not for ever", () => {
  const nowMs = Date.parse("2026-11-23T10:00:00Z");
  expect(retryAfterMs("30", nowMs)).toBe(30_000);
  expect(retryAfterMs("Mon, 23 Nov 2026 10:01:00 GMT", nowMs)).toBe(60_000);
  expect(retryAfterMs("Mon, 23 Nov 2026 09:00:00 GMT", nowMs)).toBe(0);
  expect(retryAfterMs("99999999", nowMs)).toBe(3_600_000);
  for (const none of [null, "", "soon", "-1"]) expect(retryAfterMs(none, nowMs)).toBeUndefined();
});
