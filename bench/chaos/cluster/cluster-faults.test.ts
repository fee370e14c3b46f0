import { expect, test } from "bun:test";
import type { CycleResult } from "../run-fault.ts";
import { runCycles } from "../run-fault.ts";
import type { FaultOf } from "../fault.ts";
import { ClusterWorld } from "./cluster-world.ts";
import { cutFromBoth, cutFromNats, cutFromPostgres } from "./faults/cut-off.ts";
import { pauseOwner } from "./faults/pause-owner.ts";
import { rollingRestart } from "./faults/rolling-restart.ts";
import { stopNats } from "./faults/stop-nats.ts";

const TEST_MS_MAX = 120_000;
const NODES = 3;

/** Each of these once, in one world: opening one takes longer than a fault. */
async function strikeWith(faults: readonly FaultOf<ClusterWorld>[]): Promise<readonly CycleResult[]> {
  const all: FaultOf<ClusterWorld> = {
    name: "all",
    sentence: faults.map(({ sentence }) => sentence).join("; "),
    strike: (world, cycle) => faults[cycle]?.strike(world, cycle) ?? Promise.reject(new Error("no fault")),
  };
  return runCycles(all, await ClusterWorld.open(NODES), {
    cycles: faults.length,
    secondsPerCycle: 1,
    signal: new AbortController().signal,
    cycleEnded: () => undefined,
    broken: () => undefined,
  });
}

test(
  "a node that is cut off or stands still has its shards served elsewhere, is fenced, and loses nothing",
  async () => {
    const faults = [cutFromNats, cutFromPostgres, cutFromBoth, pauseOwner, stopNats];
    const results = await strikeWith(faults);
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    expect(results.map(({ lost, oversold }) => lost + oversold)).toEqual(faults.map(() => 0));
    expect(results[faults.indexOf(pauseOwner)]?.fencedAppends).toBeGreaterThan(0);
  },
  TEST_MS_MAX,
);

test(
  "three nodes are restarted one after the other under a crowd, and no command fails",
  async () => {
    expect(await strikeWith([rollingRestart])).toMatchObject([
      { failed: 0, lost: 0, oversold: 0, others: 0, problems: [] },
    ]);
  },
  TEST_MS_MAX,
);
