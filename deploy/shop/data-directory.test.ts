import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataDirectory } from "./data-directory.ts";

const made: string[] = [];

function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "stampede-data-"));
  made.push(path);
  return path;
}

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

test("a directory that a living process holds is refused with that process' number", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  expect(() => DataDirectory.open(path)).toThrow(`a shop already runs on ${path} (process ${process.pid})`);
  directory.close();
  DataDirectory.open(path).close();
});

test("the lock of a process that is gone is taken over", () => {
  const path = temporaryDirectory();
  // Process 1 lives, but was not started at this time: the number was used again.
  writeFileSync(join(path, "shop.lock"), JSON.stringify({ pid: 1, startedAt: "0" }));
  writeFileSync(join(path, "shop.json"), "{}");
  const directory = DataDirectory.open(path);
  expect(() => statSync(join(path, "shop.json"))).toThrow();
  directory.close();
});

test("the secret stays the same and is readable by its owner only", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  const secret = directory.secret();
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(directory.secret()).toBe(secret);
  expect(statSync(join(path, "secret")).mode & 0o777).toBe(0o600);
  directory.close();
});

test("a directory that cannot be made is named with its setting", () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  expect(() => DataDirectory.open(join(file, "data"))).toThrow(
    `--data: the directory ${file}/data cannot be written`,
  );
});

test("the note about the running shop goes when the shop closes", () => {
  const path = temporaryDirectory();
  const directory = DataDirectory.open(path);
  directory.announce({ pid: 1, port: 2, adminPort: 3, databaseUrl: "postgres://localhost/shop" });
  expect(JSON.parse(readFileSync(join(path, "shop.json"), "utf8"))).toMatchObject({ port: 2, adminPort: 3 });
  directory.close();
  expect(() => statSync(join(path, "shop.json"))).toThrow();
});
