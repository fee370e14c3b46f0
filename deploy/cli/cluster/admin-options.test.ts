import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataDirectory } from "../../shop/data-directory.ts";
import { accessText, adminAccess } from "./admin-options.ts";

let directory: DataDirectory;

beforeEach(() => {
  directory = DataDirectory.open(mkdtempSync(join(tmpdir(), "stampede-access-")));
});

afterEach(() => {
  directory.close();
  rmSync(directory.path, { recursive: true });
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:7071"],
  ["::1", "http://[::1]:7071"],
  ["node-a.example", "http://node-a.example:7071"],
])("a shop whose admin listener is on %s is reached at %s", (adminHost, url) => {
  const token = directory.adminToken();
  directory.announce({ pid: process.pid, port: 7070, adminPort: 7071, adminHost, databaseUrl: "" });
  expect(adminAccess({ data: directory.path })).toEqual({ url, token });
});

test("a token that cannot be read is told with its file", () => {
  directory.announce({ pid: process.pid, port: 1, adminPort: 2, adminHost: "127.0.0.1", databaseUrl: "" });
  expect(() => adminAccess({ data: directory.path })).toThrow(
    `${join(directory.path, "admin-token")} cannot be read`,
  );
});

test("only options that are needed are said again", () => {
  expect(accessText({ data: ".stampede" })).toBe("");
  expect(accessText({ data: "here" })).toBe(" --data here");
  expect(accessText({ data: ".stampede", adminUrl: "http://a:1" })).toBe(" --admin-url http://a:1");
});
