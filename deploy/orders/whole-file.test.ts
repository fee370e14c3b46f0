import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWholeFile } from "./whole-file.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-whole-file-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

test("a file has its name once it is whole", async () => {
  const file = join(directory, "whole.csv");
  await writeWholeFile(file, { replaces: false }, async (sink) => {
    await sink.write("one\n");
    expect(readdirSync(directory)).not.toContain("whole.csv");
    await sink.write("two\n");
  });
  expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
});

test("nothing is left of a file that could not be finished, and what was there stays", async () => {
  const file = join(directory, "kept.csv");
  writeFileSync(file, "kept");
  const before = readdirSync(directory);
  const writing = writeWholeFile(file, { replaces: true }, async (sink) => {
    await sink.write("half");
    throw new Error("the database is away");
  });
  await expect(writing).rejects.toThrow("the database is away");
  expect(readdirSync(directory)).toEqual(before);
  expect(readFileSync(file, "utf8")).toBe("kept");
});

test("a file that somebody else makes meanwhile is not replaced", async () => {
  const file = join(directory, "theirs.csv");
  const writing = writeWholeFile(file, { replaces: false }, async (sink) => {
    await sink.write("ours");
    writeFileSync(file, "theirs");
  });
  await expect(writing).rejects.toThrow("is there already");
  expect(readFileSync(file, "utf8")).toBe("theirs");
});

test("a directory that is not there is wrong use", async () => {
  const writing = writeWholeFile(join(directory, "none", "a.csv"), { replaces: false }, () =>
    Promise.resolve(),
  );
  const what = {
    name: "ConfigError",
    message: expect.stringMatching(/^there is no folder .*: make it first$/),
  };
  await expect(writing).rejects.toThrow(expect.objectContaining(what));
});

test("what is no file is not replaced, and is told before anything is written", async () => {
  const place = join(directory, "a-directory");
  mkdirSync(place);
  let isBegun = false;
  const writing = writeWholeFile(place, { replaces: true }, async () => void (isBegun = true));
  await expect(writing).rejects.toThrow("is not a file");
  expect([isBegun, existsSync(place)]).toEqual([false, true]);
});
