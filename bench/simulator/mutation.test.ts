import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hunt } from "./hunt.ts";
import { MUTATIONS, findMutation, mutated, type Mutation } from "./mutation.ts";

const TOP = join(import.meta.dir, "../..");

test.each(MUTATIONS)("the planted bug $name still has its place in the program", (mutation) => {
  for (const file of new Set(mutation.edits.map((edit) => edit.file))) {
    const text = readFileSync(join(TOP, file), "utf8");
    expect(mutated(mutation, file, text)).not.toBe(text);
  }
});

test("a planted bug without a place, or with two, is a fault", () => {
  const mutation: Mutation = {
    name: "m",
    sentence: "",
    edits: [{ file: "a.ts", find: "one", replace: "two" }],
  };
  expect(() => mutated(mutation, "a.ts", "nothing")).toThrow(
    "mutation m does not find its text once in a.ts",
  );
  expect(() => mutated(mutation, "a.ts", "one one")).toThrow("does not find its text once");
  expect(mutated(mutation, "b.ts", "nothing")).toBe("nothing");
});

test.each([
  ["early-ack", "told before durable"],
  ["hold-leak", "holds end"],
])(
  "the planted bug %s is found",
  async (name, check) => {
    const hunted = await hunt(findMutation(name) as Mutation, 1, 20);
    expect(hunted.checks).toContain(check);
  },
  60_000,
);
