import { describe, expect, test } from "bun:test";
import { DamagedBytes, seal } from "./seal.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";

const ROW = { tenant: "demo", kind: "cart", id: "C1~2", seq: 4 };
const SNAPSHOT = {
  version: 1,
  state: { line: 1, title: "café", expiresAtMs: 1_700_000_600_000 },
  ticket: 3,
  keys: [{ ticket: 3, key: "k3", content: "c3", outcome: { type: "done", reply: { line: 1 } } }],
} as const;

// Bytes that a release has stored; they never change.
async function stored(version: 1 | 2): Promise<Uint8Array> {
  const file = Bun.file(new URL(`./fixtures/snapshot-${version}.hex`, import.meta.url));
  return Buffer.from((await file.text()).trim(), "hex");
}

describe("an actor's snapshot", () => {
  test.each([1, 2] as const)("of version %i is read as it was written", async (version) => {
    expect(decodeSnapshot(await stored(version), 7, ROW)).toEqual(SNAPSHOT);
  });

  test("is written as it always was", async () => {
    expect(Buffer.from(encodeSnapshot(7, ROW, SNAPSHOT))).toEqual(Buffer.from(await stored(2)));
  });

  test("does not pass as that of another shard, actor or segment", async () => {
    const bytes = await stored(2);
    for (const [shard, row] of [
      [8, ROW],
      [7, { ...ROW, id: "C1~3" }],
      [7, { ...ROW, seq: 5 }],
    ] as const)
      expect(() => decodeSnapshot(bytes, shard, row)).toThrow(DamagedBytes);
  });

  test("of a newer release is not guessed at", () => {
    const newer = seal(3, new Uint8Array(4), "snapshot of demo/cart/C1~2 in shard 7 at 4");
    expect(() => decodeSnapshot(newer, 7, ROW)).toThrow("does not know");
  });
});
