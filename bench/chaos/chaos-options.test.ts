import { expect, test } from "bun:test";
import { parseChaosOptions, type ChaosOptions } from "./chaos-options.ts";
import type { FaultName } from "./fault.ts";

function fault(name: string, obstacle?: string): FaultName {
  return { name, sentence: name, ...(obstacle === undefined ? {} : { obstacle: () => obstacle }) };
}

const known = {
  alone: [fault("kill"), fault("fill", "it takes root"), fault("pause")],
  cluster: [fault("cut"), fault("kill-owner")],
};

function options(...args: readonly string[]): ChaosOptions {
  const parsed = parseChaosOptions(args, known);
  if (parsed.type !== "run") throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

function refusal(...args: readonly string[]): string {
  const parsed = parseChaosOptions(args, known);
  return parsed.type === "refused" ? parsed.detail : parsed.type;
}

test("without options every fault that is possible strikes three times, and the others are named", () => {
  const { faults, left, ...rest } = options();
  expect(faults).toEqual(["kill", "pause"]);
  expect(left).toEqual([{ name: "fill", obstacle: "it takes root" }]);
  expect(rest).toEqual({ nodes: undefined, cycles: 3, secondsPerCycle: 3, json: false });
});

test("faults that are asked for run alone", () => {
  const asked = options(
    "--fault",
    "pause",
    "--fault",
    "kill",
    "--cycles",
    "20",
    "--seconds-per-cycle",
    "5",
    "--json",
  );
  expect(asked.faults).toEqual(["kill", "pause"]);
  expect(asked).toMatchObject({ left: [], cycles: 20, secondsPerCycle: 5, json: true });
});

test("a fault that is asked for and not possible is refused with the reason", () => {
  expect(refusal("--fault", "fill")).toBe("--fault: fill cannot be done here: it takes root");
});

test("a cluster has faults of its own", () => {
  expect(options("--nodes", "3")).toMatchObject({ nodes: 3, faults: ["cut", "kill-owner"] });
  expect(options("--nodes", "3", "--fault", "kill-owner").faults).toEqual(["kill-owner"]);
  expect(refusal("--nodes", "3", "--fault", "fill")).toBe(
    "--fault: there is no fault fill; there are cut, kill-owner",
  );
  expect(refusal("--nodes", "1")).toBe("--nodes: 1 is not a whole number from 2 to 8");
});

test("wrong options are refused by name", () => {
  expect(refusal("--fault", "flood")).toBe("--fault: there is no fault flood; there are kill, fill, pause");
  for (const cycles of ["0", "1001", "2.5", "many"]) {
    expect(refusal("--cycles", cycles)).toBe(`--cycles: ${cycles} is not a whole number from 1 to 1000`);
  }
  expect(refusal("--seconds-per-cycle", "61")).toStartWith("--seconds-per-cycle: 61");
  expect(refusal("--loudly")).toContain("--loudly");
  expect(refusal("--help")).toBe("help");
});
