import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../config.ts";
import { DataDirectory } from "../../shop/data-directory.ts";
import { accessText, adminAccess, whoAsks } from "./admin-options.ts";

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
  directory.announce({
    pid: process.pid,
    host: "127.0.0.1",
    port: 7070,
    adminPort: 7071,
    adminHost,
    databaseUrl: "",
  });
  expect(adminAccess({ data: directory.path })).toEqual({ url, token });
});

test("a shop that is starting is told from none, with how to ask it all the same", () => {
  directory.adminToken();
  expect(() => adminAccess({ data: directory.path })).toThrow(
    new ConfigError(
      `--data: the shop on ${directory.path} (process ${process.pid}) is starting, and not open yet: its log and its /readyz say what it waits for; it can be asked with --admin-url, and the token that is in ${join(directory.path, "admin-token")} as STAMPEDE_ADMIN_TOKEN`,
    ),
  );
  directory.close();
  const file = join(directory.path, "shop.lock.guard");
  for (const data of [directory.path, join(directory.path, "missing"), file])
    expect(() => adminAccess({ data })).toThrow(`no shop is open on ${data}; start one`);
});

test("a token that cannot be read is told with its file", () => {
  directory.announce({
    pid: process.pid,
    host: "127.0.0.1",
    port: 1,
    adminPort: 2,
    adminHost: "127.0.0.1",
    databaseUrl: "",
  });
  expect(() => adminAccess({ data: directory.path })).toThrow(
    `${join(directory.path, "admin-token")} cannot be read`,
  );
});

test.each(["", "short", `${"x".repeat(32)}\n`])(
  "the token %p is refused by the name of its variable",
  (token) => {
    const before = process.env["STAMPEDE_ADMIN_TOKEN"];
    process.env["STAMPEDE_ADMIN_TOKEN"] = token;
    try {
      const says = "STAMPEDE_ADMIN_TOKEN must have at least 32 characters";
      expect(() => adminAccess({ data: directory.path })).toThrow(says);
      expect(() => adminAccess({ data: directory.path, adminUrl: "http://node-a:7071" })).toThrow(says);
    } finally {
      if (before === undefined) delete process.env["STAMPEDE_ADMIN_TOKEN"];
      else process.env["STAMPEDE_ADMIN_TOKEN"] = before;
    }
  },
);

test("whoever asks has a name, also where no program tells it", () => {
  expect(whoAsks()).toMatch(/^.+@.+$/);
  expect(whoAsks("no-such-program")).toBe(`somebody@${hostname()}`);
});

test("only options that are needed are said again", () => {
  expect(accessText({ data: ".stampede" })).toBe("");
  expect(accessText({ data: "here" })).toBe(" --data here");
  expect(accessText({ data: ".stampede", adminUrl: "http://a:1" })).toBe(" --admin-url http://a:1");
});
