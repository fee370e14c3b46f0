import { beforeEach, expect, test } from "bun:test";
import { defaultRetentionLimits, Housekeeping } from "../../engine/shards/housekeeping.ts";
import type { Member } from "../../engine/shards/member.ts";
import { CollectingLog } from "../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { MemoryCluster } from "../../persistence/memory/cluster.ts";
import { memoryNodeStore } from "../../persistence/memory/node-store.ts";
import { memoryOperationStore } from "../../persistence/memory/operation-store.ts";
import { memoryPlacementStore } from "../../persistence/memory/placement-store.ts";

const LIMITS = { ...defaultRetentionLimits, tidyEveryMs: 86_400_000, forgetTogetherMax: 2 };
const DAY_MS = 86_400_000;

let clock: ManualClock;
let cluster: MemoryCluster;
let term: number;
let isOver: boolean;
let members: Member[];
let housekeeping: Housekeeping;

beforeEach(() => {
  clock = new ManualClock();
  cluster = new MemoryCluster(8, () => clock.nowMs());
  term = cluster.beginTerm(() => undefined) ?? 0;
  isOver = false;
  members = [];
  housekeeping = new Housekeeping({
    term,
    placements: memoryPlacementStore(cluster),
    operations: memoryOperationStore(cluster),
    nodeStore: memoryNodeStore(cluster),
    members: {
      get members() {
        return members;
      },
      refresh: () => Promise.resolve(),
    },
    clock,
    log: new CollectingLog(),
    limits: LIMITS,
    termOver: () => {
      isOver = true;
    },
  });
  housekeeping.start();
});

function member(node: string, state: Member["state"]): Member {
  return { node, incarnation: 1, state, cause: "beat", sinceMs: 0, heartbeat: undefined };
}

async function days(count: number): Promise<void> {
  for (let day = 0; day < count; day += 1) await clock.advance(DAY_MS);
}

test("what was done is forgotten after 90 days, however much of it there is", async () => {
  const placements = memoryPlacementStore(cluster);
  const operations = memoryOperationStore(cluster);
  for (let version = 0; version < 7; version += 1) {
    await placements.change(version, [{ shard: 1, node: "a", lane: version, pinned: false }], {
      term,
      reason: "asked",
      askedBy: "ada",
    });
    const added = await operations.add(
      { id: `operation-${version}`, kind: "pin", askedBy: "ada", documentVersion: 1, request: null },
      term,
    );
    if (version > 0) await operations.update(added.id, 1, { ...added, status: "done" }, term);
  }
  await days(89);
  expect([cluster.changes.length, cluster.operations.size]).toEqual([7, 7]);
  await days(2);
  expect([cluster.changes.length, [...cluster.operations.keys()]]).toEqual([0, ["operation-0"]]);
});

test("a node is forgotten 30 days after it was heard last, and not while it has shards", async () => {
  const nodes = memoryNodeStore(cluster);
  for (const node of ["lives", "left", "owner"]) await nodes.started({ node, lanes: 1, capacity: 1 });
  const owned = { shard: 1, node: "owner", lane: 0, pinned: false };
  await memoryPlacementStore(cluster).change(0, [owned], { term, reason: "asked", askedBy: "ada" });
  members = [member("lives", "alive"), member("left", "suspect"), member("owner", "dead")];
  await days(60);
  expect([...cluster.nodes.keys()]).toEqual(["lives", "left", "owner"]);
  members = [member("lives", "alive"), member("left", "left"), member("owner", "dead")];
  await days(28);
  expect([...cluster.nodes.keys()]).toEqual(["lives", "left", "owner"]);
  await days(3);
  expect([...cluster.nodes.keys()]).toEqual(["lives", "owner"]);
});

test("a coordinator that has a successor is told so, and deletes nothing", async () => {
  cluster.endTerm(term);
  cluster.beginTerm(() => undefined);
  await days(1);
  expect(isOver).toBe(true);
  housekeeping.stop();
  await days(1);
  expect(clock.plannedCount).toBe(0);
});
