import { afterAll, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { TemporaryFiles } from "./testing/temporary-file.ts";
import { readUtf8Lines } from "./utf8-lines.ts";

const files = new TemporaryFiles();
afterAll(() => files.remove());

async function readAll(path: string): Promise<string> {
  let text = "";
  for await (const piece of readUtf8Lines(path)) text += piece;
  return text;
}

const LONG = `${"ä€".repeat(50_000)}\n`.repeat(3);

test("a plain file is read whole, also without a line end at its end", async () => {
  expect(await readAll(files.write("plain.csv", "one\ntwö"))).toBe("one\ntwö");
});

test("a packed file is known by its first bytes, whatever its name", async () => {
  expect(await readAll(files.write("packed.csv", gzipSync(LONG)))).toBe(LONG);
});

test("characters that a chunk would cut stay whole", async () => {
  expect(await readAll(files.write("long.csv", LONG))).toBe(LONG);
});

test("text that is not UTF-8 is refused with its line", async () => {
  const bytes = Buffer.concat([
    Buffer.from("one\ntwo\nprice "),
    Buffer.from([0xa3]),
    Buffer.from("5\nfour\n"),
  ]);
  await expect(readAll(files.write("latin.csv", bytes))).rejects.toThrow(
    "latin.csv: line 3: the text is not UTF-8",
  );
});

test("the line of a bad byte is right far into a file", async () => {
  const bytes = Buffer.concat([Buffer.from("0123456789\n".repeat(100_000)), Buffer.from([0xff, 0x0a])]);
  await expect(readAll(files.write("late.csv", bytes))).rejects.toThrow("line 100001: the text is not UTF-8");
});

test.each([
  ["a file that is not there", "/nonexistent/file.csv", "there is no such file"],
  ["a directory", "/", "this is a directory, not a file"],
])("%s is told as such", async (_what, path, sentence) => {
  await expect(readAll(path)).rejects.toThrow(sentence);
});

test("a workbook is told from a text, and how to make one of it", async () => {
  const workbook = Buffer.from("PK\u0003\u0004\u0014\u0000\u0006\u0000[Content_Types].xml");
  await expect(readAll(files.write("products.xlsx", workbook))).rejects.toThrow(
    "products.xlsx: this is a workbook, or another zip file: save its sheet as CSV, with UTF-8",
  );
});

test("an empty file is told as such", async () => {
  await expect(readAll(files.write("empty.csv", ""))).rejects.toThrow("the file is empty");
});

test("gzip data that ends early is told as such", async () => {
  const packed = gzipSync(LONG);
  await expect(readAll(files.write("cut.gz", packed.subarray(0, packed.length - 20)))).rejects.toThrow(
    "the gzip data ends early",
  );
});

test("damaged gzip data is told as such", async () => {
  const packed = gzipSync(LONG);
  packed.fill(0x55, 20, 60);
  await expect(readAll(files.write("damaged.gz", packed))).rejects.toThrow("the gzip data is damaged");
});
