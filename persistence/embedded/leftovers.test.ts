import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testDirectory } from "../testing/test-server.ts";
import { removeLeftovers } from "./leftovers.ts";

const ROUNDS = 10;
const FILES = 500;

let directory: string;

beforeEach(async () => {
  directory = await testDirectory();
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

test("a folder that its maker removes at the same time is gone, and no fault", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const folder = join(directory, `new-${round}`);
    await mkdir(folder);
    for (let file = 0; file < FILES; file += 1) await writeFile(join(folder, `${file}`), "");
    const maker = Bun.spawn(["rm", "-rf", folder], { stderr: "ignore" });
    await removeLeftovers(directory, "new-");
    await maker.exited;
    expect(await readdir(directory)).toEqual([]);
  }
});

test("other folders stay", async () => {
  await mkdir(join(directory, "old-1", "new-1"), { recursive: true });
  await removeLeftovers(directory, "new-");
  expect(await readdir(directory)).toEqual(["old-1"]);
});
