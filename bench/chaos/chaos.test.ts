import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { killNode } from "./faults/kill-node.ts";
import { killPostgres } from "./faults/kill-postgres.ts";
import { runFault, type CycleResult } from "./run-fault.ts";

const TEST_MS_MAX = 120_000;

function worlds(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("stampede-chaos-"));
}

for (const fault of [killNode, killPostgres]) {
  test(
    `${fault.sentence}: nothing is lost or oversold, and nothing is left behind`,
    async () => {
      const before = worlds();
      const seen: CycleResult[] = [];
      const { signal } = new AbortController();
      const options = {
        cycles: 1,
        secondsPerCycle: 1,
        signal,
        cycleEnded: (result: CycleResult) => seen.push(result),
      };
      const results = await runFault(fault, options);
      expect(results).toEqual(seen);
      expect(results).toMatchObject([{ cycle: 1, lost: 0, oversold: 0, others: 0, problems: [] }]);
      expect(results[0]?.acknowledged).toBeGreaterThan(0);
      expect(worlds().filter((name) => !before.includes(name))).toEqual([]);
    },
    TEST_MS_MAX,
  );
}

test(
  "a run that is ended early leaves no process and no file behind",
  async () => {
    const before = worlds();
    const interruption = new AbortController();
    const options = {
      cycles: 1,
      secondsPerCycle: 60,
      signal: interruption.signal,
      cycleEnded: () => undefined,
    };
    const run = runFault(killNode, options);
    setTimeout(() => interruption.abort(), 0);
    await expect(run).rejects.toThrow("ended early");
    expect(worlds().filter((name) => !before.includes(name))).toEqual([]);
  },
  TEST_MS_MAX,
);
