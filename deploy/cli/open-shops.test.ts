import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeOpenNote } from "../testing/open-note.ts";
import { openOn, openShops } from "./open-shops.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-open-shops-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** A shop is open on a directory; its process is one that lives. */
function open(path: string, databaseUrl: string, pid = process.pid): void {
  writeOpenNote(join(directory, path), { pid, databaseUrl });
}

/** Directories of the shops that are found, with those of what they share. */
function found(path: string): readonly string[] {
  return openShops(join(directory, path)).map(
    ({ home, shop }) => `${home.slice(directory.length)} ${shop.databaseUrl}`,
  );
}

test("a directory stands for its own shop, or for the nodes of a cluster in it or below it, by name", () => {
  expect(found(".")).toEqual([]);
  open("cluster/node-b", "b");
  open("cluster/node-a", "a");
  open("cluster/node-c", "gone", 2 ** 30);
  expect(found(".")).toEqual(["/cluster a", "/cluster b"]);
  expect(found("cluster")).toEqual(["/cluster a", "/cluster b"]);
  open(".", "own");
  expect(found(".")).toEqual([" own"]);
});

test("a node of a cluster is let in with what lies beside it", () => {
  open("cluster/node-a", "a");
  writeFileSync(join(directory, "cluster", "admin-token"), "token");
  expect(found("cluster/node-a")).toEqual(["/cluster a"]);
  writeFileSync(join(directory, "cluster", "node-a", "admin-token"), "token");
  expect(found("cluster/node-a")).toEqual(["/cluster/node-a a"]);
});

test("all processes of one database are found from any of their directories", () => {
  open(".", "own");
  open("cluster/node-a", "shared");
  open("cluster/node-b", "shared", process.ppid);
  open("cluster/node-c", "another", 1);
  for (const from of ["", "cluster", "cluster/node-b"])
    expect(new Set(openOn("shared", join(directory, from)))).toEqual(new Set([process.pid, process.ppid]));
  expect(openOn("own", directory)).toEqual([process.pid]);
});
