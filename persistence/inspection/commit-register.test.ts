import { expect, test } from "bun:test";
import { CommitRegister } from "./commit-register.ts";

test("segments of one commit fit when their time is one and their shards are several", () => {
  const register = new CommitRegister();
  const commit = crypto.randomUUID();
  expect(register.take(commit, 1, 100)).toBe("fits");
  expect(register.take(commit, 2, 100)).toBe("fits");
  expect(register.take(commit, 3, 101)).toBe("other time");
  expect(register.take(commit, 3, 100)).toBe("same shard");
  expect(register.take(crypto.randomUUID(), 3, 7)).toBe("fits");
});

test("many commits are kept apart, also those that were named in the same millisecond", () => {
  const register = new CommitRegister();
  const nowMs = Date.now();
  const commits = Array.from({ length: 20_000 }, () => Bun.randomUUIDv7("hex", nowMs));
  for (const [atMs, commit] of commits.entries()) expect(register.take(commit, 0, atMs)).toBe("fits");
  for (const [atMs, commit] of commits.entries()) expect(register.take(commit, 1, atMs)).toBe("fits");
});
