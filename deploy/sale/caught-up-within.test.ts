import { expect, test } from "bun:test";
import { caughtUpWithin } from "./caught-up-within.ts";

/** Read models that follow a journal of 9 segments by one with each look, and end where `until` says. */
function followingUntil(until: number) {
  let seq = 0;
  return {
    heads: () => Promise.resolve(new Map([[0, 9]])),
    projected: () => Promise.resolve(new Map([[0, Math.min((seq += 3), until)]])),
  };
}

test("read models that come to the end of the journal in time have caught up", async () => {
  expect(await caughtUpWithin(followingUntil(9), 60_000)).toBe(true);
});

test("read models that are behind are not waited for any longer than told, whether they get on or not", async () => {
  expect(await caughtUpWithin(followingUntil(6), 0)).toBe(false);
  expect(await caughtUpWithin(followingUntil(9), 0)).toBe(false);
});

test("what else goes wrong is told", async () => {
  const broken = { ...followingUntil(9), heads: () => Promise.reject(new Error("no database")) };
  await expect(caughtUpWithin(broken, 60_000)).rejects.toThrow("no database");
});
