import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Comparison } from "../../bench/compare/comparison.ts";
import { runStampede } from "../../bench/crash/shop-process.ts";
import { sampleResult, stretchOf } from "../../bench/report/testing/sample-result.ts";
import { writeReports } from "../../bench/report/write-reports.ts";

const directory = mkdtempSync(join(tmpdir(), "stampede-compare-"));
const side = (name: string): string => join(directory, `${name}-*`);

beforeAll(async () => {
  const write = async (runId: string, ordersPerSecond: number, cores = 2): Promise<void> => {
    const whole = stretchOf(8, ordersPerSecond, 12);
    const machine = { ...sampleResult().machine, cores };
    await writeReports(sampleResult({ runId, whole, machine }), join(directory, runId));
  };
  await Promise.all([
    write("before-1", 100),
    write("before-2", 102),
    write("after-1", 150),
    write("after-2", 153),
    write("elsewhere-1", 100, 64),
  ]);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("what runs have written is compared, for people and as JSON", async () => {
  const text = await runStampede(["bench", "compare", side("before"), side("after")]);
  expect(text.stdout).toMatch(/^orders\/s .* faster$/m);
  expect(text.exitCode).toBe(0);
  const json = await runStampede(["bench", "compare", side("before"), side("after"), "--json"]);
  const comparison = JSON.parse(json.stdout) as Comparison;
  expect(comparison.b.runIds).toEqual(["after-1", "after-2"]);
  expect(comparison.measures[0]).toMatchObject({ name: "ordersPerSecond", verdict: "faster" });
});

const wrong: readonly (readonly [what: string, b: string, says: string])[] = [
  [
    "another machine",
    side("elsewhere"),
    "runs of different machines are not compared: machine.cores is 2 in",
  ],
  ["a run that is not there", join(directory, "before-1", "nothing"), "does not exist"],
  [
    "a file that is no result",
    join(directory, "before-1", "timeline.csv"),
    "timeline.csv is no result of a bench run: it is not JSON",
  ],
];

for (const [what, b, says] of wrong) {
  test(`${what} is wrong use: exit code 2 and one clear line`, async () => {
    const { stderr, exitCode } = await runStampede(["bench", "compare", side("before"), b]);
    expect(stderr).toContain(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(exitCode).toBe(2);
  });
}
