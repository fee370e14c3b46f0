import { expect, test } from "bun:test";
import { BlobWriter } from "./blob-writer.ts";
import { DenseReader } from "./dense/reader.ts";
import type { DenseWriter } from "./dense/writer.ts";
import { unseal } from "./seal.ts";

function parts(writer: BlobWriter): readonly unknown[] {
  const { bytes, starts, lengths } = writer.blob();
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length);
  return starts.map((start, index) => {
    const part = bytes.subarray(start - 1, start - 1 + (lengths[index] as number));
    return new DenseReader(unseal(part, `part ${index}`).content).value();
  });
}

function write(writer: DenseWriter, value: unknown): void {
  writer.value(value);
}

test("each part is found where the blob says", () => {
  const writer = new BlobWriter();
  for (const [index, value] of ["one", [2, 2], { three: 3 }].entries())
    writer.add(2, `part ${index}`, 1_700_000_000_000, value, write);
  expect(parts(writer)).toEqual(["one", [2, 2], { three: 3 }]);
});

test("a blob that is begun anew has nothing of the one before, given up half way or not", () => {
  const writer = new BlobWriter();
  writer.add(2, "part 0", 0, "a long text that comes first", write);
  expect(() => writer.add(2, "part 1", 0, [() => 1], write)).toThrow("is not plain data");
  writer.reset();
  writer.add(2, "part 0", 0, "short", write);
  expect(parts(writer)).toEqual(["short"]);
});
