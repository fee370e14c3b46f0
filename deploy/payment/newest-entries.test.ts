import { expect, test } from "bun:test";
import { NewestEntries } from "./newest-entries.ts";

test("past its bound the entry that came first is forgotten, again and again", () => {
  const entries = new NewestEntries<number>(3);
  for (let number = 1; number <= 8; number += 1) entries.set(`n${number}`, number);
  expect(entries.size).toBe(3);
  expect(["n5", "n6", "n7", "n8"].map((name) => entries.get(name))).toEqual([undefined, 6, 7, 8]);
});

test("an entry that is set again keeps its place", () => {
  const entries = new NewestEntries<string>(2);
  entries.set("a", "first");
  entries.set("b", "second");
  entries.set("a", "changed");
  expect(entries.get("a")).toBe("changed");
  entries.set("c", "third");
  expect(["a", "b", "c"].map((name) => entries.get(name))).toEqual([undefined, "second", "third"]);
});
