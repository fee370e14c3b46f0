import { describe, expect, test } from "bun:test";
import { DamagedBytes, seal } from "./seal.ts";
import type { KnownPages } from "../../engine/ports/snapshots.ts";
import {
  decodeCheckpoint,
  decodeSnapshot,
  encodeCheckpoint,
  encodeKnownPages,
  encodeSnapshot,
} from "./snapshot.ts";

const ROW = { tenant: "demo", kind: "cart", id: "C1~2", seq: 4 };
const SNAPSHOT = {
  version: 1,
  state: { line: 1, title: "café", expiresAtMs: 1_700_000_600_000 },
  ticket: 3,
  keys: [{ ticket: 3, key: "k3", content: "c3", outcome: { type: "done", reply: { line: 1 } } }],
} as const;

// Bytes that a release has stored; they never change.
function stored(version: 1 | 2 | 3): Promise<Uint8Array> {
  return fixture(`snapshot-${version}`);
}

async function fixture(name: string): Promise<Uint8Array> {
  const file = Bun.file(new URL(`./fixtures/${name}.hex`, import.meta.url));
  return Buffer.from((await file.text()).trim(), "hex");
}

describe("an actor's snapshot", () => {
  test.each([1, 2, 3] as const)("of version %i is read as it was written", async (version) => {
    expect(decodeSnapshot(await stored(version), 7, ROW)).toEqual(SNAPSHOT);
  });

  test("is written as it always was", async () => {
    expect(Buffer.from(encodeSnapshot(7, ROW, SNAPSHOT))).toEqual(Buffer.from(await stored(3)));
  });

  test("does not pass as that of another shard, actor or segment", async () => {
    const bytes = await stored(3);
    for (const [shard, row] of [
      [8, ROW],
      [7, { ...ROW, id: "C1~3" }],
      [7, { ...ROW, seq: 5 }],
    ] as const)
      expect(() => decodeSnapshot(bytes, shard, row)).toThrow(DamagedBytes);
  });

  test("of a newer release is not guessed at", () => {
    const newer = seal(4, new Uint8Array(4), "snapshot of demo/cart/C1~2 in shard 7 at 4");
    expect(() => decodeSnapshot(newer, 7, ROW)).toThrow("does not know");
  });
});

describe("a shard's checkpoint", () => {
  const command = { type: "WakeUp" };
  const address = { tenant: "demo", kind: "inventory", id: "SHOE-42" };
  const memory = {
    outbox: [{ toShard: 9, number: 4, ...address, version: 1, command }],
    calls: [
      { number: 2, port: "payment", tenant: "demo", kind: "order", id: "C1~1", version: 1, request: command },
    ],
    sentNumbers: [[9, 4]],
    receivedNumbers: [
      [9, 17],
      [200, 1],
    ],
    callNumber: 2,
    atMs: 1_700_000_000_000,
  } as const;
  const known = knownOf(0xa2ba5e47, 5, 0, 0, 17, 6, 41, 0x0201);
  const checkpoint = { shard: 3, seq: 40, memory, known };

  test("of the first release is read with its half fingerprints", async () => {
    const halves = knownOf(0xa2ba5e47, 0, 0, 0, 17, 0, 0, 0);
    const read = decodeCheckpoint(await fixture("checkpoint-1"), 3, 40, []);
    expect(read).toEqual({ ...checkpoint, known: halves });
  });

  test("of a release without footprints is read: its actors have snapshots", async () => {
    const [body, page] = await Promise.all([fixture("checkpoint-3"), fixture("known-page-1")]);
    const fingerprints = knownOf(0xa2ba5e47, 5, 0, 0, 17, 6, 0, 0);
    expect(decodeCheckpoint(body, 3, 40, [page])).toEqual({ ...checkpoint, known: fingerprints });
  });

  test("is read and written as it always was, with its known actors", async () => {
    const [body, page] = await Promise.all([fixture("checkpoint-4"), fixture("known-page-2")]);
    expect(decodeCheckpoint(body, 3, 40, [page])).toEqual(checkpoint);
    expect(Buffer.from(encodeCheckpoint(checkpoint))).toEqual(Buffer.from(body));
    expect(encodeKnownPages(checkpoint)).toEqual([{ number: 0, body: new Uint8Array(page) }]);
  });

  test("leaves out what a later one has added to its pages", async () => {
    const { pages } = knownOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const later = encodeKnownPages({ shard: 3, known: { count: 3, pages } }).map(({ body }) => body);
    const read = decodeCheckpoint(await fixture("checkpoint-4"), 3, 40, later);
    expect(read.known).toEqual(knownOf(1, 2, 3, 4, 5, 6, 7, 8));
  });

  test("does not pass with known actors of another shard or without them", async () => {
    const body = await fixture("checkpoint-4");
    const others = encodeKnownPages({ shard: 4, known }).map((page) => page.body);
    expect(() => decodeCheckpoint(body, 3, 40, others)).toThrow(DamagedBytes);
    expect(() => decodeCheckpoint(body, 3, 40, [])).toThrow("0 of 2 are left");
  });

  test("of a newer release is not guessed at", () => {
    const newer = seal(5, new Uint8Array(4), "checkpoint of shard 3 at 40");
    expect(() => decodeCheckpoint(newer, 3, 40, [])).toThrow("does not know");
  });
});

function knownOf(...records: readonly number[]): KnownPages {
  return { count: records.length / 4, pages: [{ number: 0, records: Uint32Array.from(records) }] };
}
