import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { HistoryReader } from "../history/history-file.ts";
import { keepEvidence, type Evidence } from "./evidence.ts";
import type { Fault } from "./fault.ts";
import { killNode } from "./faults/kill-node.ts";
import { killPostgres } from "./faults/kill-postgres.ts";
import { runFault, type CycleResult } from "./run-fault.ts";

const TEST_MS_MAX = 120_000;

const broken: Fault = {
  name: "broken",
  sentence: "Nothing happens, and that is told to be too late",
  world: { lanes: 1, smallDisk: false },
  strike({ load }) {
    load.mark();
    const settled = { problems: ["it was late"], fencedAppends: 0 };
    return Promise.resolve({ sinceMs: Date.now(), settle: () => Promise.resolve(settled) });
  },
};

function worlds(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("stampede-chaos-"));
}

for (const fault of [killNode, killPostgres]) {
  test(
    `${fault.sentence}: nothing is lost or oversold, and nothing is left behind`,
    async () => {
      const before = worlds();
      const seen: CycleResult[] = [];
      const evidence: Evidence[] = [];
      const { signal } = new AbortController();
      const options = {
        cycles: 1,
        secondsPerCycle: 1,
        signal,
        cycleEnded: (result: CycleResult) => seen.push(result),
        broken: (found: Evidence) => evidence.push(found),
      };
      const results = await runFault(fault, options);
      expect(results).toEqual(seen);
      expect(results).toMatchObject([{ cycle: 1, lost: 0, oversold: 0, others: 0, problems: [] }]);
      expect(results[0]?.acknowledged).toBeGreaterThan(0);
      expect([evidence, worlds().filter((name) => !before.includes(name))]).toEqual([[], []]);
    },
    TEST_MS_MAX,
  );
}

test(
  "of a shop that broke its word the history, the logs and the verdict are kept, and nothing else is left behind",
  async () => {
    const before = worlds();
    const parent = mkdtempSync(join(tmpdir(), "stampede-evidence-"));
    const kept: string[] = [];
    const options = {
      cycles: 2,
      secondsPerCycle: 1,
      signal: new AbortController().signal,
      cycleEnded: () => undefined,
      broken: (found: Evidence) => kept.push(keepEvidence(found, parent)),
    };
    const results = await runFault(broken, options);
    const [directory = ""] = kept;
    expect(readdirSync(parent)).toEqual([basename(directory)]);
    expect(readdirSync(directory).sort()).toEqual([
      "history.ndjson",
      "node-0.log",
      "postgres.log",
      "verdict.json",
    ]);
    const { operations } = await new HistoryReader(join(directory, "history.ndjson")).read();
    expect(operations.length).toBeGreaterThan(results[0]?.acknowledged ?? 0);
    const verdict: unknown = JSON.parse(readFileSync(join(directory, "verdict.json"), "utf8"));
    expect(verdict).toEqual({ fault: "broken", results });
    expect(results).toMatchObject([{ cycle: 1, problems: ["it was late"] }]);
    expect(worlds().filter((name) => !before.includes(name))).toEqual([]);
    rmSync(parent, { recursive: true });
  },
  TEST_MS_MAX,
);

test(
  "a run that is ended early leaves no process and no file behind",
  async () => {
    const before = worlds();
    const evidence: Evidence[] = [];
    const interruption = new AbortController();
    const options = {
      cycles: 1,
      secondsPerCycle: 60,
      signal: interruption.signal,
      cycleEnded: () => undefined,
      broken: (found: Evidence) => evidence.push(found),
    };
    const run = runFault(killNode, options);
    setTimeout(() => interruption.abort(), 0);
    await expect(run).rejects.toThrow("ended early");
    expect([evidence, worlds().filter((name) => !before.includes(name))]).toEqual([[], []]);
  },
  TEST_MS_MAX,
);
