import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultText } from "../report/result-file.ts";
import { sampleResult } from "../report/testing/sample-result.ts";
import { readSide } from "./read-side.ts";

const directory = mkdtempSync(join(tmpdir(), "stampede-side-"));
const at = (...parts: readonly string[]): string => join(directory, ...parts);

beforeAll(() => {
  for (const run of ["before-1", "before-2", "after-1"]) {
    mkdirSync(at("runs", run), { recursive: true });
    writeFileSync(at("runs", run, "result.json"), resultText(sampleResult({ runId: run })));
  }
  mkdirSync(at("empty"));
  writeFileSync(at("odd[1].json"), resultText(sampleResult({ runId: "odd" })));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const sides: readonly (readonly [what: string, name: string, runIds: readonly string[]])[] = [
  ["a file", at("runs/before-1/result.json"), ["before-1"]],
  ["a run's directory", at("runs/before-1"), ["before-1"]],
  ["a directory of runs", at("runs"), ["after-1", "before-1", "before-2"]],
  ["a pattern of directories", at("runs/before-*"), ["before-1", "before-2"]],
  ["a pattern of files", at("runs/*-1/result.json"), ["after-1", "before-1"]],
  ["several with commas", `${at("runs/after-1")}, ${at("runs/before-2")}`, ["after-1", "before-2"]],
  ["a file that is called like a pattern", at("odd[1].json"), ["odd"]],
];

for (const [what, name, runIds] of sides) {
  test(`${what} is a side with its runs`, async () => {
    const { runs } = await readSide(name);
    expect(runs.map(({ result }) => result.runId)).toEqual([...runIds]);
  });
}

const wrong: readonly (readonly [what: string, name: string, says: string])[] = [
  ["what is not there", at("nowhere"), `${at("nowhere")} does not exist`],
  [
    "a directory without a run",
    at("empty"),
    `${at("empty")} holds no result.json, and no directory with one`,
  ],
  ["a pattern that nothing fits", at("none-*"), `nothing is called like ${at("none-*")}`],
  ["nothing", " , ", '" , " names no result'],
];

for (const [what, name, says] of wrong) {
  test(`${what} is refused and named`, async () => {
    await expect(readSide(name)).rejects.toThrow(says);
  });
}
