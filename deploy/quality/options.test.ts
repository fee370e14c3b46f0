import { expect, test } from "bun:test";
import { parseQualityOptions } from "./options.ts";

test("without arguments every step runs on everything", () => {
  expect(parseQualityOptions([])).toEqual({ type: "run", only: [], paths: [] });
});

test("steps can be chosen, paths narrow the tests", () => {
  const only = ["format", "types"] as const;
  expect(parseQualityOptions(["--only", "format,types", "engine/lane"])).toEqual({
    type: "run",
    only,
    paths: ["engine/lane"],
  });
  expect(parseQualityOptions(["--only=format", "--only", "types"])).toEqual({ type: "run", only, paths: [] });
});

test("an unknown step or option is refused by name, help is given", () => {
  expect(parseQualityOptions(["--only", "speed"])).toEqual({
    type: "refused",
    detail: '--only takes format, lint, types, tests, not "speed"',
  });
  expect(parseQualityOptions(["--only"])).toMatchObject({ type: "refused" });
  expect(parseQualityOptions(["--bail"])).toEqual({ type: "refused", detail: "unknown option --bail" });
  expect(parseQualityOptions(["a", "--help"])).toEqual({ type: "help" });
});
