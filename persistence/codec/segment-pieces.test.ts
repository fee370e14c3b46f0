import { expect, test } from "bun:test";
import type { StoredSegment } from "./archive-block.ts";
import { segmentPieces } from "./segment-pieces.ts";

function stored(...bytes: readonly number[]): readonly StoredSegment[] {
  return bytes.map((length, index) => ({
    seq: index + 1,
    epoch: 1,
    batchId: "batch",
    body: new Uint8Array(length),
  }));
}

function seqs(segments: readonly StoredSegment[]): readonly (readonly number[])[] {
  return Array.from(segmentPieces(segments), ({ segments: piece }) => piece.map(({ seq }) => seq));
}

test("segments are cut where together they would take long to decode", () => {
  expect(seqs(stored(8_000, 8_000, 8_000, 100))).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("a segment that is larger than a piece is one by itself", () => {
  expect(seqs(stored(10, 100_000, 10))).toEqual([[1], [2], [3]]);
});

test("there are no pieces of nothing", () => {
  expect(seqs([])).toEqual([]);
});
