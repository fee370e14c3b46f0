import { expect, test } from "bun:test";
import { assert, InvariantBroken } from "./assert.ts";

test("an assert that fails says whose invariant broke, and on what", () => {
  expect(() => assert(false, "holds fewer than no units", "SHOE-42", -1)).toThrow(
    new InvariantBroken("SHOE-42: holds fewer than no units (-1)"),
  );
  expect(() => assert(false, "holds fewer than no units")).toThrow(
    new InvariantBroken("holds fewer than no units"),
  );
});

test("an assert that holds says nothing", () => {
  expect(() => assert(true, "never read")).not.toThrow();
});
