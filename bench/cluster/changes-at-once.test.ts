import { beforeEach, expect, test } from "bun:test";
import { ChangesAtOnce } from "../../engine/operator/changes-at-once.ts";
import type { OperationStore } from "../../engine/ports/operation-store.ts";
import { PlacementDesk } from "../../engine/shards/placement-desk.ts";
import { MemoryCluster } from "../../persistence/memory/cluster.ts";
import { memoryNodeStore } from "../../persistence/memory/node-store.ts";
import { memoryOperationStore } from "../../persistence/memory/operation-store.ts";
import { memoryPlacementStore } from "../../persistence/memory/placement-store.ts";
import { Suspension } from "../../engine/shards/suspension.ts";
import { ClusterRig } from "./cluster-rig.ts";

const PIN = { type: "PinShards", shards: [0, 1] } as const;
const UNPIN = { type: "UnpinShards", shards: [1] } as const;
const SUSPEND = { type: "SuspendRebalancing" } as const;
const RESUME = { type: "ResumeRebalancing" } as const;

let cluster: MemoryCluster;
let desk: PlacementDesk;
let changes: ChangesAtOnce;
let firstTerm: number;
/** The next call of this method of the store fails: before it takes effect, or after. */
let fault: { readonly method: "add" | "update"; readonly when: "before" | "after" } | undefined;

beforeEach(async () => {
  fault = undefined;
  cluster = new MemoryCluster(4);
  const term = cluster.beginTerm(() => undefined) ?? 0;
  firstTerm = term;
  const placements = memoryPlacementStore(cluster);
  const places = [0, 1, 2, 3].map((shard) => ({ shard, node: "a", lane: 0, pinned: false }));
  await placements.change(0, places, { term, reason: "orphan", askedBy: "test" });
  desk = new PlacementDesk({ store: placements, term, announce: () => undefined });
  await desk.open();
  const nodeStore = memoryNodeStore(cluster);
  await nodeStore.started({ node: "a", lanes: 1, capacity: 1 });
  const operations = faulty(memoryOperationStore(cluster));
  changes = new ChangesAtOnce({
    term,
    placement: desk,
    operations,
    nodeStore,
    suspension: new Suspension(operations),
    members: { refresh: () => Promise.resolve() },
  });
});

function faulty(store: OperationStore): OperationStore {
  const around = async <Result>(method: "add" | "update", call: () => Promise<Result>): Promise<Result> => {
    const met = fault?.method === method ? fault.when : undefined;
    if (met !== undefined) fault = undefined;
    if (met === "before") throw new Error("it was not stored");
    const result = await call();
    if (met === "after") throw new Error("the reply was lost");
    return result;
  };
  return {
    ...store,
    add: (...given) => around("add", () => store.add(...given)),
    update: (...given) => around("update", () => store.update(...given)),
  };
}

function pinned(): readonly number[] {
  return [...cluster.placement.shards.entries()].flatMap(([shard, place]) =>
    place?.pinned === true ? shard : [],
  );
}

function told(): readonly (readonly string[])[] {
  return [...cluster.operations.values()].map(({ id, kind, status }) => [id, kind, status]);
}

test("nothing is pinned that is not written down", async () => {
  fault = { method: "add", when: "before" };
  await expect(changes.execute(PIN, "anna", "one")).rejects.toThrow("it was not stored");
  await changes.finish();
  expect([pinned(), told()]).toEqual([[], []]);
});

test.each([
  ["add", "after"],
  ["update", "before"],
  ["update", "after"],
] as const)("what was written down is done, whoever asks again or not (%s, %s)", async (method, when) => {
  fault = { method, when };
  await expect(changes.execute(PIN, "anna", "one")).rejects.toThrow();
  await changes.finish();
  expect([pinned(), told()]).toEqual([[0, 1], [["one", "pin", "done"]]]);
  const again = await changes.execute(PIN, "anna", "one");
  expect(again).toMatchObject({ type: "Begun", operation: { id: "one", status: "done" } });
});

test("what was interrupted is done before what is asked for next, and does not undo it", async () => {
  fault = { method: "add", when: "after" };
  await expect(changes.execute(PIN, "anna", "one")).rejects.toThrow("the reply was lost");
  const replies = await Promise.all([changes.execute(UNPIN, "bert", "two"), changes.finish()]);
  expect(replies[0]).toMatchObject({ type: "Begun", operation: { status: "done" } });
  expect(pinned()).toEqual([0]);
  expect(told()).toEqual([
    ["one", "pin", "done"],
    ["two", "unpin", "done"],
  ]);
});

test("a suspension whose reply was lost is one; whoever asks again is told so, and has it resumed", async () => {
  fault = { method: "add", when: "after" };
  await expect(changes.execute(SUSPEND, "anna", "one")).rejects.toThrow("the reply was lost");
  const again = await changes.execute(SUSPEND, "anna", "one");
  expect(again).toMatchObject({ type: "Begun", operation: { status: "running" } });
  fault = { method: "update", when: "after" };
  await expect(changes.execute(RESUME, "bert", "two")).rejects.toThrow("the reply was lost");
  expect(await changes.execute(RESUME, "bert", "two")).toMatchObject({ operation: { status: "done" } });
  expect(told()).toEqual([
    ["one", "suspend", "done"],
    ["two", "resume", "done"],
  ]);
});

test.each([{ type: "PinShards" }, SUSPEND])(
  "what says nothing that can be done has failed, and what was asked for after it is done: %j",
  async (request) => {
    const given = { kind: "pin", askedBy: "anna", documentVersion: 1, request } as const;
    await memoryOperationStore(cluster).add({ ...given, id: "one" }, firstTerm);
    await changes.execute(PIN, "bert", "two");
    expect([pinned(), told()]).toEqual([
      [0, 1],
      [
        ["one", "pin", "failed"],
        ["two", "pin", "done"],
      ],
    ]);
  },
);

test("an operation of another release is left alone, and what was asked for after it is carried out", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const term = rig.coordinator.node.term ?? 0;
  const request = { type: "Undreamt" };
  const newer = { id: "newer", kind: "pin", askedBy: "anna", documentVersion: 99, request } as const;
  const store = memoryOperationStore(rig.stored);
  for (const kind of ["pin", "move", "failover"] as const)
    await store.add({ ...newer, id: `newer ${kind}`, kind }, term);
  rig.kill(rig.coordinator);
  await rig.until("the other one has all shards", () => rig.allServe());
  const { name } = rig.coordinator;
  const id = await rig.move([0], name, 1).catch(() => rig.move([0], name, 0));
  expect((await rig.ended(id)).status).toBe("done");
  for (const kind of ["pin", "move", "failover"])
    expect(rig.operation(`newer ${kind}`)).toMatchObject({ status: "waiting", revision: 1 });
  expect(rig.log.warnings.join()).toContain("was written by another release");
  const cancel = { type: "Cancel", operation: "newer move", askedBy: "bert" } as const;
  expect(await rig.ask(rig.coordinator, cancel)).toMatchObject({ type: "Conflict" });
});

test("balancing rests from the moment that its suspension is stored, also when nobody was told", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const term = rig.coordinator.node.term ?? 0;
  const given = {
    id: "one",
    kind: "suspend",
    askedBy: "anna",
    documentVersion: 1,
    request: SUSPEND,
  } as const;
  const store = memoryOperationStore(rig.stored);
  const { revision, ...suspension } = await store.add(given, term, { status: "running" });
  for (const [shard, place] of rig.stored.placement.shards.entries())
    if (place?.node === "a") rig.costs.set(shard, 0.2);
  await rig.clock.advance(120_000);
  expect(rig.stored.operations.size).toBe(1);
  await store.update("one", revision, { ...suspension, status: "done" }, term);
  await rig.clock.advance(120_000);
  expect([...rig.stored.operations.values()].map(({ kind }) => kind)).toContain("rebalance");
});

test("an id that is another operation's is refused, and names what differs", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const asked = { type: "Execute", id: "one", askedBy: "anna", planId: null } as const;
  const ask = (change: typeof PIN | typeof UNPIN, askedBy: string) =>
    rig.ask(rig.coordinator, { ...asked, change, askedBy });
  expect(await ask(PIN, "anna")).toMatchObject({ type: "Begun" });
  expect(await ask(PIN, "anna")).toMatchObject({ type: "Begun", operation: { id: "one" } });
  expect(await ask(UNPIN, "anna")).toMatchObject({ type: "Conflict", field: "change" });
  expect(await ask(PIN, "bert")).toMatchObject({ type: "Conflict", field: "change" });
});
