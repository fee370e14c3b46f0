import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";

const parse = (...args: readonly string[]) => parseOptions(args, 77);

test("without arguments a thousand fresh seeds run, with a seed only that one", () => {
  expect(parse()).toMatchObject({ seeds: 1_000, firstSeed: 77, faults: undefined, mutations: false });
  expect(parse("--seed", "5")).toMatchObject({ seeds: 1, firstSeed: 5 });
  expect(parse("--seed", "5", "--seeds", "9")).toMatchObject({ seeds: 9, firstSeed: 5 });
  expect(parse("--mutations")).toMatchObject({ seeds: 1_000, firstSeed: 1 });
});

test("faults are kinds, or occurrences, or none", () => {
  expect(parse("--faults", "drop,crash").faults).toEqual(["drop", "crash"]);
  expect(parse("--faults", "drop@12,crash@1").faults).toEqual(["drop@12", "crash@1"]);
  expect(parse("--faults", "none").faults).toEqual([]);
});

test.each([
  [["--seeds", "many"], '--seeds must be a whole number from 0 to 4000000000, not "many"'],
  [["--seeds", "0"], "--seeds must be at least 1"],
  [["--seed", "-1"], "--seed"],
  [["--faults", "rain"], "--faults: there is no fault named rain"],
  [["--faults", "drop@0"], "--faults: drop@0 is no occurrence of a fault"],
  [["--faults", "drop,crash@1"], "--faults: name either kinds of faults (drop) or occurrences (drop@12)"],
  [["--faults", ","], "--faults names no fault"],
  [["--mutations", "--faults", "drop"], "--mutations takes the faults"],
  [["--journals", "10", "--seeds", "3"], "--journals compares journals only"],
  [["--fautls", "drop"], "--fautls"],
])("%j is refused with one sentence that names the option", (args, message) => {
  expect(() => parseOptions(args, 1)).toThrow(message);
});
