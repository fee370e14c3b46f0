import { expect, test } from "bun:test";
import { FOOTPRINT_SEGMENTS_MAX, hasFootprint, loseFootprint, seqsOf, step } from "./footprint.ts";

function walk(...seqs: readonly number[]) {
  const walker = { firstSeq: 0, gaps: 0 };
  for (const seq of seqs) step(walker, seq, 1);
  return walker;
}

test.each([
  [[1]],
  [[7, 8]],
  [[7, 261, 262]],
  [[2 ** 32 - 1]],
  [[1_000_000, 1_000_254, 1_000_508, 1_000_762, 1_001_016]],
])("leads back to its segments: %p", (seqs) => {
  const walker = walk(...seqs);
  expect(hasFootprint(walker)).toBe(true);
  expect(seqsOf(walker)).toEqual(seqs);
});

test("a segment that is met again is counted once", () => {
  expect(seqsOf(walk(3, 3, 5, 5, 3))).toEqual([3, 5]);
});

test.each([
  ["no segment at all", []],
  ["one segment more than fits", Array.from({ length: FOOTPRINT_SEGMENTS_MAX + 1 }, (_, index) => index + 1)],
  ["a pause that is too long", [1, 256]],
  ["numbers that are too large", [2 ** 32]],
])("there is none with %s", (_name, seqs) => {
  expect(hasFootprint(walk(...seqs))).toBe(false);
});

test("there is none through a segment of a crowd", () => {
  const walker = walk(1);
  step(walker, 2, 256);
  expect(hasFootprint(walker)).toBe(true);
  step(walker, 3, 257);
  expect(hasFootprint(walker)).toBe(false);
});

test("what is lost stays lost", () => {
  const walker = walk(1);
  loseFootprint(walker);
  step(walker, 2, 1);
  expect(hasFootprint(walker)).toBe(false);
});
