import { expect, test } from "bun:test";
import { TermOver } from "../../engine/ports/coordinator-lock.ts";
import { PlacementChanged } from "../../engine/ports/placement-store.ts";
import type { ShardChange } from "../../engine/ports/placement-store.ts";
import { readAll, readMarks, segmentsAfter } from "../testing/samples.ts";
import { SHARD_COUNT } from "./cluster-rig.ts";
import type { ClusterRig, ClusterStores } from "./cluster-rig.ts";

const LANE_A = { node: "node-a", lane: 0 };
const LANE_B = { node: "node-b", lane: 1 };
// Of the first start of each node.
const [FIRST_A, FIRST_B] = [
  { ...LANE_A, incarnation: 1 },
  { ...LANE_B, incarnation: 1 },
];

function changeTo(place: { readonly node: string; readonly lane: number }, ...shards: readonly number[]) {
  return shards.map((shard): ShardChange => ({ shard, ...place, pinned: false }));
}

/** The placement has one version, and changes from one to the next. */
export function placing(rig: ClusterRig): void {
  test("a new placement gives nothing to anybody", async () => {
    const { version, shards } = await rig.stores.placement.read();
    expect([version, shards.length]).toEqual([0, SHARD_COUNT]);
    expect([...shards]).toEqual(Array.from({ length: SHARD_COUNT }, () => undefined));
  });

  test("a change moves what it names and nothing else, and everybody reads it", async () => {
    const { number: term } = await rig.term();
    const origin = { term, reason: "asked", askedBy: "ada" };
    const { placement } = rig.stores;
    expect(await placement.change(0, changeTo(LANE_A, 5, 1, 2), origin)).toBe(1);
    expect(await placement.change(1, [{ shard: 2, ...LANE_B, pinned: true }], origin)).toBe(2);
    const { version, shards } = await rig.open().placement.read();
    expect(version).toBe(2);
    expect(shards[1]).toEqual({ ...LANE_A, pinned: false });
    expect(shards[2]).toEqual({ ...LANE_B, pinned: true });
    expect(shards[5]).toEqual({ ...LANE_A, pinned: false });
    expect(shards.filter((place) => place !== undefined)).toHaveLength(3);
  });

  test("a change for another version changes nothing; of several at once one wins", async () => {
    const { number: term } = await rig.term();
    const origin = { term, reason: "balance", askedBy: "coordinator" };
    const processes = [rig.stores, rig.open(), rig.open()];
    for (let version = 0; version < 6; version += 1) {
      const outcomes = await Promise.allSettled(
        processes.map(({ placement }, index) =>
          placement.change(version, changeTo({ node: `node-${index}`, lane: version }, 3, 4), origin),
        ),
      );
      const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === "fulfilled") expect([index, outcome.value]).toEqual([winner, version + 1]);
        else expect(outcome.reason).toBeInstanceOf(PlacementChanged);
      }
      const place = { node: `node-${winner}`, lane: version, pinned: false };
      const read = await rig.stores.placement.read();
      expect([read.version, read.shards[3], read.shards[4]]).toEqual([version + 1, place, place]);
    }
  });

  test("a change that names a shard that does not exist changes nothing", async () => {
    const { number: term } = await rig.term();
    const origin = { term, reason: "asked", askedBy: "ada" };
    for (const shard of [-1, SHARD_COUNT])
      await expect(rig.stores.placement.change(0, changeTo(LANE_A, 1, shard), origin)).rejects.toThrow(
        "there is",
      );
    expect((await rig.stores.placement.read()).version).toBe(0);
    expect(await rig.stores.placement.history(9)).toEqual([]);
  });

  test("every change is kept with when, why, by whom, from where and to where", async () => {
    const { number: term } = await rig.term();
    const { placement } = rig.stores;
    await placement.change(0, changeTo(LANE_A, 1, 0), { term, reason: "orphan", askedBy: "coordinator" });
    await placement.change(1, [{ shard: 1, ...LANE_B, pinned: true }], {
      term,
      reason: "asked",
      askedBy: 'ada "\\',
    });
    const [newest, oldest, ...rest] = await rig.open().placement.history(9);
    expect(rest).toEqual([]);
    const [from, to] = [
      { ...LANE_A, pinned: false },
      { ...LANE_B, pinned: true },
    ];
    expect(newest).toEqual({
      version: 2,
      term,
      reason: "asked",
      askedBy: 'ada "\\',
      atMs: expect.any(Number),
      moved: [{ shard: 1, from, to }],
    });
    expect(oldest?.moved).toEqual([
      { shard: 0, from: undefined, to: from },
      { shard: 1, from: undefined, to: from },
    ]);
    expect(newest?.atMs).toBeGreaterThanOrEqual(oldest?.atMs ?? Number.POSITIVE_INFINITY);
    expect(oldest?.atMs).toBeGreaterThan(Date.UTC(2026));
    expect(await placement.history(1)).toEqual([newest as never]);
    expect(await placement.history(9, 2)).toEqual([oldest as never]);
  });

  test("changes of long ago are forgotten, the oldest first, and what they have made stays", async () => {
    const { number: term } = await rig.term();
    const origin = { term, reason: "asked", askedBy: "ada" };
    const { placement } = rig.stores;
    for (const version of [0, 1, 2]) await placement.change(version, changeTo(LANE_A, version, 5), origin);
    const before = await placement.read();
    expect(await placement.forget(60_000, 9, term)).toBe(0);
    expect(await placement.forget(0, 2, term)).toBe(2);
    expect((await rig.open().placement.history(9)).map(({ version }) => version)).toEqual([3]);
    expect([await placement.forget(0, 2, term), await placement.forget(0, 2, term)]).toEqual([1, 0]);
    expect([await placement.history(9), await placement.read()]).toEqual([[], before]);
    await placement.change(3, changeTo(LANE_B, 1), origin);
    expect((await placement.history(9)).map(({ version }) => version)).toEqual([4]);
    await expect(placement.forget(0, 9, term - 1)).rejects.toThrow(TermOver);
  });
}

/** A lane takes over what the placement gives to it, and nothing else. */
export function claiming(rig: ClusterRig): void {
  const place = async (stores: ClusterStores): Promise<void> => {
    const { number: term } = await rig.term(stores);
    const origin = { term, reason: "asked", askedBy: "ada" };
    for (const node of ["node-a", "node-b"]) await stores.nodes.started({ node, lanes: 2, capacity: 1 });
    await stores.placement.change(0, [...changeTo(LANE_A, 1, 2, 4), ...changeTo(LANE_B, 3)], origin);
  };

  test("a claim for a place takes the shards of that place, and leaves the others to whom they belong", async () => {
    await place(rig.stores);
    const { journal } = rig.stores;
    await journal.claim([3, 5], "other");
    expect(await journal.claim([4, 3, 5, 1], "a-0", FIRST_A)).toEqual([
      { shard: 1, epoch: 1, seq: 1 },
      { shard: 4, epoch: 1, seq: 1 },
    ]);
    await journal.confirm([3, 5], "other");
    await journal.confirm([1, 4], "a-0");
    expect(await readMarks(journal, 2)).toEqual([]);
    expect(await readMarks(journal, 3)).toEqual(["claim"]);
  });

  test("a claim brings what its owner has not read, of the shards of which it has read something", async () => {
    await place(rig.stores);
    const { journal } = rig.stores;
    const first = await journal.claim([1, 2, 4], "before");
    await journal.append(segmentsAfter(first, 10));
    const later = first.map((claim) => ({ ...claim, seq: claim.seq + 1 }));
    await journal.append(segmentsAfter(later.slice(0, 2), 20));
    const known = new Map([
      [1, 1],
      [4, 2],
    ]);
    const claims = await journal.claim([1, 2, 4], "a-0", FIRST_A, known);
    expect(claims.map(({ shard, seq, missing }) => [shard, seq, missing?.map((each) => each.seq)])).toEqual([
      [1, 4, [2, 3]],
      [2, 4, undefined],
      [4, 3, []],
    ]);
    expect(claims[0]?.missing).toEqual((await readAll(journal, 1, 1)).slice(0, 2));
  });

  test("a claim brings nothing when too much is missing, or more is known than there is", async () => {
    await place(rig.stores);
    const { journal } = rig.stores;
    const [start] = await journal.claim([1], "before");
    if (start === undefined) throw new Error("the shard was claimed");
    for (let seq = 1; seq <= 101; seq += 1)
      await journal.append(segmentsAfter([{ ...start, seq }], 10 + seq));
    const claims = await journal.claim([1], "a-0", FIRST_A, new Map([[1, 1]]));
    expect(claims).toEqual([{ shard: 1, epoch: 2, seq: 103 }]);
    const again = await journal.claim([1], "a-0", FIRST_A, new Map([[1, 200]]));
    expect(again).toEqual([{ shard: 1, epoch: 3, seq: 104 }]);
  });

  test("a claim for another lane of the same node, or of nothing at all, takes nothing", async () => {
    await place(rig.stores);
    const { journal } = rig.stores;
    expect(await journal.claim([1, 2], "a-1", { ...FIRST_A, lane: 1 })).toEqual([]);
    expect(await journal.claim([1, 2], "b-0", { ...FIRST_B, lane: 0 })).toEqual([]);
    expect(await journal.claim([], "a-0", FIRST_A)).toEqual([]);
    expect(await journal.heads()).toEqual([]);
  });

  test("a lane that still believes in an older placement takes nothing back", async () => {
    await place(rig.stores);
    const { journal } = rig.stores;
    await journal.claim([1, 2], "a-0", FIRST_A);
    await rig.stores.lock.close();
    const successor = rig.open();
    const { number: term } = await rig.term(successor);
    await successor.placement.change(1, changeTo(LANE_B, 2), { term, reason: "balance", askedBy: "c" });
    expect(await successor.journal.claim([2], "b-1", FIRST_B)).toEqual([{ shard: 2, epoch: 2, seq: 2 }]);
    expect(await journal.claim([1, 2], "a-0 again", FIRST_A)).toEqual([{ shard: 1, epoch: 2, seq: 2 }]);
    await journal.confirm([2], "b-1");
  });

  test("a former start of a node takes nothing, whatever it believes; what it had it may still take again", async () => {
    await place(rig.stores);
    const { journal } = rig.stores;
    await journal.claim([1], "a-0 #1", FIRST_A);
    const { incarnation } = await rig.open().nodes.started({ node: "node-a", lanes: 2, capacity: 1 });
    expect(await journal.claim([1, 2, 4], "a-0 #1", FIRST_A)).toEqual([]);
    await journal.confirm([1], "a-0 #1");
    expect(await journal.reclaim([1], "a-0 #1")).toEqual([{ shard: 1, epoch: 2, seq: 2 }]);
    expect(await journal.claim([1, 2, 4], "a-0 #2", { ...LANE_A, incarnation })).toHaveLength(3);
    expect(await journal.claim([1, 2, 4], "a-0 #1", FIRST_A)).toEqual([]);
    await journal.confirm([1, 2, 4], "a-0 #2");
  });

  test("a node that has never started takes nothing", async () => {
    const { number: term } = await rig.term();
    await rig.stores.placement.change(0, changeTo(LANE_A, 1), { term, reason: "asked", askedBy: "ada" });
    expect(await rig.stores.journal.claim([1], "a-0", FIRST_A)).toEqual([]);
  });
}
