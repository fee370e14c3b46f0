import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { noTotals, totalsText } from "./totals.ts";

const PROGRAM = fileURLToPath(new URL("./sim.ts", import.meta.url));
const TEST_MS_MAX = 60_000;

test("one seed is no seeds", () => {
  const text = totalsText({ ...noTotals(), seeds: 1, operations: 1, segments: 1, faults: { drop: 1 } }, 500);
  expect(text).toStartWith("1 seed in 0.5 s");
  expect(text).toContain("1 operation, 1 segment\n1 fault:");
  expect(totalsText({ ...noTotals(), seeds: 2 }, 500)).toStartWith("2 seeds in 0.5 s");
});

for (const toGroup of [false, true])
  test(
    `a run that ${toGroup ? "a terminal" : "a signal"} interrupts prints what was done so far, and ends its workers`,
    async () => {
      const child = Bun.spawn([process.execPath, PROGRAM, "--seed", "1", "--seeds", "100000"], {
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        detached: true,
      });
      let said = "";
      for await (const piece of child.stdout) {
        if (said === "") process.kill(toGroup ? -child.pid : child.pid, "SIGINT");
        said += new TextDecoder().decode(piece);
      }
      expect(said).toMatch(/^\d+ seeds? in /m);
      expect(said.trim().split("\n").slice(-2)).toEqual(["0 violations", "ended early"]);
      expect([await child.stderr.text(), await child.exited]).toEqual(["", 130]);
    },
    TEST_MS_MAX,
  );
