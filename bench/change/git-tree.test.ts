import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askGit, baseOf, checkOut } from "./git-tree.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-git-"));
  git("init", "--quiet", "--initial-branch", "main");
});

afterEach(() => rmSync(directory, { recursive: true }));

function git(...args: readonly string[]): void {
  const author = [
    "-c",
    "user.name=Tester",
    "-c",
    "user.email=tester@example.com",
    "-c",
    "commit.gpgsign=false",
  ];
  const { success, stderr } = Bun.spawnSync(["git", "-C", directory, ...author, ...args]);
  if (!success) throw new Error(stderr.toString());
}

/** Commits a file with this content, and returns the commit. */
function commit(content: string): string | undefined {
  writeFileSync(join(directory, "figure.txt"), content);
  writeFileSync(join(directory, "bun.lock"), "{}");
  git("add", ".");
  git("commit", "--quiet", "--message", content);
  return askGit(directory, "rev-parse", "HEAD");
}

describe("what a change is compared with", () => {
  test("is the commit before, on the main branch", () => {
    const first = commit("1");
    commit("2");
    expect(baseOf(directory)).toBe(first ?? "no commit");
  });

  test("is the last commit while files are being changed", () => {
    commit("1");
    const second = commit("2");
    writeFileSync(join(directory, "figure.txt"), "3");
    expect(baseOf(directory)).toBe(second ?? "no commit");
  });

  test("is where a branch left the one of its origin", () => {
    commit("0");
    const fork = commit("1");
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
    git("switch", "--quiet", "--create", "change");
    commit("2");
    commit("3");
    expect(baseOf(directory)).toBe(fork ?? "no commit");
  });

  test("is nothing in a clone of one commit", () => {
    commit("1");
    expect(baseOf(directory)).toBeUndefined();
  });
});

test("the files of a commit stand apart, with the dependencies of these when the lock file is the same", () => {
  const first = commit("1") ?? "";
  commit("2");
  mkdirSync(join(directory, "node_modules/library"), { recursive: true });
  const tree = checkOut(directory, first);
  try {
    expect(readFileSync(join(tree.directory, "figure.txt"), "utf8")).toBe("1");
    expect(existsSync(join(tree.directory, "node_modules/library"))).toBe(true);
  } finally {
    tree.remove();
  }
  expect(existsSync(tree.directory)).toBe(false);
  expect(existsSync(join(directory, "node_modules/library"))).toBe(true);
});

test("a commit that is not there is refused by its name", () => {
  commit("1");
  expect(() => checkOut(directory, "0123456789abcdef")).toThrow("git has no files of 0123456789abcdef");
});
