import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../config.ts";
import { writeOpenNote } from "../testing/open-note.ts";
import { readRunningShop } from "./running-shop.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-running-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("no shop is open on a directory that is empty, missing, or none", () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  for (const path of [directory, join(directory, "missing"), file])
    expect(readRunningShop(path)).toBeUndefined();
});

test("a note that is there and cannot be read is not taken for none", () => {
  mkdirSync(join(directory, "shop.json"));
  expect(() => readRunningShop(directory)).toThrow(ConfigError);
  expect(() => readRunningShop(directory)).toThrow(
    `--data: ${join(directory, "shop.json")} cannot be read (EISDIR)`,
  );
});

test.each(["", "{", '{"pid":1}'])(
  "a note that says %j is named, and not only what is wrong with it",
  (text) => {
    writeFileSync(join(directory, "shop.json"), text);
    expect(() => readRunningShop(directory)).toThrow(ConfigError);
    expect(() => readRunningShop(directory)).toThrow(
      `--data: ${join(directory, "shop.json")} cannot be read`,
    );
  },
);

test("a shop is open as long as it is the process that took the directory", () => {
  writeOpenNote(directory);
  expect(readRunningShop(directory)?.pid).toBe(process.pid);
  // It was killed, and another program has its number now.
  const lock = { pid: process.pid, startedAt: "before" };
  writeFileSync(join(directory, "shop.lock"), JSON.stringify(lock));
  expect(readRunningShop(directory)).toBeUndefined();
});
