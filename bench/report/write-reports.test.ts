import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunResult } from "../runs/run-result.ts";
import { readResultFile } from "./result-file.ts";
import { sampleResult } from "./testing/sample-result.ts";
import { writeReports, type ReportFiles } from "./write-reports.ts";

const directory = mkdtempSync(join(tmpdir(), "stampede-reports-"));
let files: ReportFiles;

beforeAll(async () => {
  files = await writeReports(sampleResult(), join(directory, "deep", "run"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function pageOf(changes: Partial<RunResult>): Promise<string> {
  const { html } = await writeReports(sampleResult(changes), join(directory, crypto.randomUUID()));
  return readFileSync(html, "utf8");
}

test("a run's directory is made, with its result, its seconds, its histograms and its page", async () => {
  expect(await readResultFile(files.json)).toEqual(sampleResult());
  expect(readFileSync(files.csv, "utf8")).toStartWith("second,phase,");
  expect(readFileSync(files.histogramLog, "utf8")).toContain("\nTag=order,");
  expect(readFileSync(files.html, "utf8")).toStartWith("<!doctype html>");
});

test("files of an earlier run are replaced", async () => {
  const place = join(directory, "twice");
  const { csv } = await writeReports(sampleResult(), place);
  writeFileSync(csv, "old");
  await writeReports(sampleResult({ runId: "r-later" }), place);
  expect(readFileSync(csv, "utf8")).toStartWith("second,");
  expect(await readResultFile(join(place, "result.json"))).toMatchObject({ runId: "r-later" });
});

test("a directory that cannot be made is an error that names it", async () => {
  const blocked = join(directory, "file");
  writeFileSync(blocked, "");
  await expect(writeReports(sampleResult(), join(blocked, "run"))).rejects.toThrow(join(blocked, "run"));
  expect(existsSync(join(blocked, "run"))).toBe(false);
});

test("the page asks nobody for anything: it has no address but those of its own text", () => {
  const page = readFileSync(files.html, "utf8");
  expect(page).toContain('content="default-src &#39;none&#39;; img-src data:; script-src &#39;sha256-');
  const sources = page.matchAll(/(?:src|href)="([^"]*)"/g).map(([, source]) => source);
  expect([...sources]).toEqual(["data:,"]);
});

test("the page says why the CPU time is unknown", async () => {
  const page = await pageOf({ cpuUnknownBecause: "Postgres does not run on this machine" });
  expect(page).toContain(">CPU time is unknown: Postgres does not run on this machine.<");
});

test("a name of a scenario is text on the page, not markup", async () => {
  const { scenario } = sampleResult();
  const page = await pageOf({ scenario: { ...scenario, name: "<img src=x>", description: "</script><b>" } });
  expect(page).not.toContain("<img");
  expect(page).not.toContain("<b>");
  expect(page).toContain("<h1>&lt;img src=x&gt;</h1>");
});

test("what must be known before the figures is said first", async () => {
  const { reconciliation } = sampleResult();
  if (reconciliation === null) throw new Error("the sample is compared with the journal");
  const page = await pageOf({
    reconciliation: { ...reconciliation, lost: 2, lostOrders: ["ord-1", "ord-2"] },
    interrupted: true,
    shopWentAway: true,
    saturation: { isSaturated: true, reasons: ["generator 0 used all of a processor from second 6 on"] },
    thresholds: [
      { measure: "order.p99Ms", comparison: "<=", limit: 50, phase: "spike", measured: 61.5, isMet: false },
      { measure: "push.p99Ms", comparison: "<=", limit: 50, phase: undefined, measured: null, isMet: false },
    ],
  });
  for (const said of [
    "THE SHOP BROKE ITS WORD: 1,650 orders acknowledged (with the warm-up), 1,650 in the journal, 2 lost",
    "The run was ended before its time.",
    "The shop went away before the run was over.",
    "generator 0 used all of a processor from second 6 on",
    "Threshold broken: spike: order.p99Ms &lt;= 50; it was 61.5.",
    "Threshold broken: push.p99Ms &lt;= 50; it was not measured.",
    "lost: ord-2",
  ])
    expect(page).toContain(said);
});

test("a run whose journal could not be read says so, and does not claim that the shop kept its word", async () => {
  const page = await pageOf({ reconciliation: null });
  expect(page).toContain("Not compared with the journal");
  expect(page).not.toContain("kept its word");
});

test("visits that never ended are said before the figures", async () => {
  const { whole } = sampleResult();
  const page = await pageOf({ whole: { ...whole, unfinished: 3 } });
  expect(page).toContain("3 visits were cut off or waited in vain");
});

test("a run in which nothing happened has a page all the same", async () => {
  const { whole } = sampleResult();
  const page = await pageOf({
    timeline: [],
    phases: [],
    thresholds: [],
    whole: { ...whole, orders: 0, latencies: {} },
  });
  expect(page).toContain("nothing was timed");
});
