import { expect, test } from "bun:test";
import { BlockCutter } from "./block-cutter.ts";

const segment = (seq: number, bytes = 1) => ({ seq, epoch: 1, batchId: "", body: new Uint8Array(bytes) });
const numbers = (cut: ReturnType<BlockCutter["add"]>) => cut?.segments.map(({ seq }) => seq);

test("a block is full with its last segment or its last byte", () => {
  const cutter = new BlockCutter({ segmentsMax: 3, bytesMax: 10 });
  const blocks = [1, 2, 3, 4, 5].map((seq) => cutter.add(segment(seq, seq === 5 ? 9 : 1), false));
  expect(blocks.map(numbers)).toEqual([undefined, undefined, [1, 2, 3], undefined, [4, 5]]);
  expect(blocks.map((block) => block?.removedBytes)).toEqual([undefined, undefined, 3, undefined, 10]);
  expect(cutter.rest()).toBeUndefined();
});

test("takeover records at the end stay where they are, others are named", () => {
  const cutter = new BlockCutter({ segmentsMax: 10, bytesMax: 100 });
  for (const seq of [1, 2, 3, 4, 5]) cutter.add(segment(seq), [1, 4, 5].includes(seq));
  const rest = cutter.rest();
  expect(numbers(rest)).toEqual([1, 2, 3]);
  expect([rest?.takeoverSeqs, rest?.removedBytes]).toEqual([[1], 2]);
});

test("nothing but takeover records makes no block", () => {
  const cutter = new BlockCutter({ segmentsMax: 10, bytesMax: 100 });
  for (const seq of [1, 2]) cutter.add(segment(seq), true);
  expect(cutter.rest()).toBeUndefined();
});
