import { expect, test } from "bun:test";
import type { FaultOf } from "./fault.ts";
import { runCycles } from "./run-fault.ts";
import type { TestedWorld } from "./tested-world.ts";

test("of a fault that could not be done its world is told before it goes", async () => {
  const told: (string | undefined)[] = [];
  const load = { shop: () => undefined, rush: () => undefined };
  const world = { load, close: () => Promise.resolve(void told.push("closed")) } as unknown as TestedWorld;
  const fault: FaultOf<TestedWorld> = {
    name: "impossible",
    sentence: "Nobody can do it",
    strike: () => Promise.reject(new Error("there is no such node")),
  };
  const run = runCycles(fault, world, {
    cycles: 2,
    secondsPerCycle: 1,
    signal: new AbortController().signal,
    cycleEnded: () => undefined,
    broken: ({ failure }) => told.push(failure),
  });
  await expect(run).rejects.toThrow("there is no such node");
  expect(told).toEqual(["Error: there is no such node", "closed"]);
});
