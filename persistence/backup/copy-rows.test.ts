import { expect, test } from "bun:test";
import { CopyRows } from "./copy-rows.ts";

const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0", "latin1");
const EXTENSION = Buffer.from([0, 0, 0, 2, 7, 7]);
const END = Buffer.from([0xff, 0xff]);
/** A null, an empty field, and one that looks like the end. */
const ROW = Buffer.from([0, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 2, 0xff, 0xff]);

function counted(pieces: readonly Uint8Array[]): number {
  const rows = new CopyRows();
  for (const piece of pieces) rows.take(piece);
  return rows.finish();
}

test("rows are counted wherever their bytes are cut", () => {
  const bytes = Buffer.concat([SIGNATURE, EXTENSION, ROW, ROW, END]);
  expect(counted([bytes])).toBe(2);
  for (let cut = 0; cut <= bytes.length; cut += 1)
    expect(counted([bytes.subarray(0, cut), bytes.subarray(cut)]), String(cut)).toBe(2);
  expect(counted(Array.from(bytes, (byte) => Buffer.of(byte)))).toBe(2);
});

test("what has no end, another beginning, or something behind its end is no rows", () => {
  const bytes = Buffer.concat([SIGNATURE, EXTENSION, ROW, END]);
  for (let length = 0; length < bytes.length; length += 1)
    expect(() => counted([bytes.subarray(0, length)]), String(length)).toThrow("is none");
  expect(() => counted([bytes, ROW])).toThrow("is none");
  expect(() => counted([Buffer.from(bytes.map((byte, at) => (at === 3 ? byte + 1 : byte)))])).toThrow(
    "is none",
  );
  expect(() => counted([SIGNATURE, EXTENSION, Buffer.from([0, 0])])).toThrow("is none");
});
