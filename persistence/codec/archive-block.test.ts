import { describe, expect, test } from "bun:test";
import { ARCHIVE_BLOCK_VERSION, decodeArchiveBlock, encodeArchiveBlock } from "./archive-block.ts";
import { DamagedBytes, seal } from "./seal.ts";

const RANGE = { shard: 7, firstSeq: 41, lastSeq: 43 };
const SEGMENTS = [
  { seq: 41, epoch: 2, batchId: "6f1c8c1e-7d0b-4c59-9a5e-111111111111", body: Buffer.from([2, 1, 0, 255]) },
  { seq: 42, epoch: 2, batchId: "6f1c8c1e-7d0b-4c59-9a5e-222222222222", body: Buffer.from([]) },
  { seq: 43, epoch: 3, batchId: "6f1c8c1e-7d0b-4c59-9a5e-333333333333", body: Buffer.alloc(300, 9) },
];

// Bytes that a release has stored; they never change.
async function stored(): Promise<Uint8Array> {
  const file = Bun.file(new URL("./fixtures/archive-block-1.hex", import.meta.url));
  return Buffer.from((await file.text()).trim(), "hex");
}

describe("a block of the archive", () => {
  test("of version 1 is read as it was written", async () => {
    expect(decodeArchiveBlock(await stored(), RANGE)).toEqual(SEGMENTS);
  });

  test("gives its segments back", () => {
    expect(decodeArchiveBlock(encodeArchiveBlock(RANGE, SEGMENTS), RANGE)).toEqual(SEGMENTS);
  });

  test("does not pass with any one bit changed, or any byte cut off", () => {
    const intact = encodeArchiveBlock(RANGE, SEGMENTS);
    for (let bit = 0; bit < intact.length * 8; bit++) {
      const damaged = Uint8Array.from(intact);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decodeArchiveBlock(damaged, RANGE)).toThrow(DamagedBytes);
    }
    for (let length = 0; length < intact.length; length++)
      expect(() => decodeArchiveBlock(intact.subarray(0, length), RANGE)).toThrow(DamagedBytes);
  });

  test.each([{ shard: 8 }, { firstSeq: 40 }, { lastSeq: 44 }])("does not pass as that of %p", (other) => {
    const bytes = encodeArchiveBlock(RANGE, SEGMENTS);
    expect(() => decodeArchiveBlock(bytes, { ...RANGE, ...other })).toThrow("segments");
  });

  test("of a newer release is not guessed at", () => {
    const identity = "archive block of shard 7, segments 41 to 43";
    const newer = seal(ARCHIVE_BLOCK_VERSION + 1, new Uint8Array(4), identity);
    expect(() => decodeArchiveBlock(newer, RANGE)).toThrow("does not know");
  });
});
