import { expect, test } from "bun:test";
import { TermOver } from "../../engine/ports/coordinator-lock.ts";
import { eventually } from "../testing/condition.ts";
import type { ClusterRig } from "./cluster-rig.ts";

const CHANGE = [{ shard: 1, node: "node-a", lane: 0, pinned: false }];
const OPERATION = {
  id: "0193f2a0-0000-7000-8000-000000000001",
  kind: "drain",
  askedBy: "ada",
  documentVersion: 1,
  request: { node: "node-b" },
} as const;

/** One coordinates at a time, and only the newest can write. */
export function coordinating(rig: ClusterRig): void {
  test("one of several that want to coordinate does, the next when it resigns, each with a higher term", async () => {
    const processes = [rig.stores, rig.open(), rig.open()];
    const first = await rig.term();
    for (const { lock } of processes) expect(await lock.take("node-b", () => {})).toBeUndefined();
    await first.resign();
    const terms = await Promise.all(processes.map(({ lock }) => lock.take("node-c", () => {})));
    const taken = terms.filter((term) => term !== undefined);
    expect(taken).toHaveLength(1);
    expect(taken[0]?.number).toBeGreaterThan(first.number);
  });

  test("a coordinator whose lock breaks is told so once, and may be followed by itself", async () => {
    const reasons: Error[] = [];
    const first = await rig.stores.lock.take("node-a", (reason) => reasons.push(reason));
    await rig.subject.breakLock();
    await eventually("the loss is told", () => reasons.length > 0);
    const second = await rig.term();
    expect(second.number).toBeGreaterThan(first?.number ?? Number.POSITIVE_INFINITY);
    await first?.resign();
    expect(await rig.open().lock.take("node-b", () => {})).toBeUndefined();
    expect(reasons).toHaveLength(1);
  });

  test("a coordinator that resigns, or closes, is not told of a loss", async () => {
    const reasons: Error[] = [];
    const other = rig.open();
    const first = await other.lock.take("node-a", (reason) => reasons.push(reason));
    await first?.resign();
    await other.lock.take("node-a", (reason) => reasons.push(reason));
    await other.lock.close();
    await eventually("the lock is free", async () => {
      const term = await rig.stores.lock.take("node-b", () => {});
      return term !== undefined;
    });
    expect(reasons).toEqual([]);
  });

  test("a coordinator that has a successor can write nothing any more, whatever it believes", async () => {
    const old = rig.stores;
    const { number } = await rig.term();
    await old.placement.change(0, CHANGE, { term: number, reason: "asked", askedBy: "ada" });
    const operation = await old.operations.add(OPERATION, number);
    const node = await old.nodes.started({ node: "node-b", lanes: 2, capacity: 1 });
    await rig.subject.breakLock();
    const successor = rig.open();
    const term = await rig.term(successor);

    const origin = { term: number, reason: "asked", askedBy: "ada" };
    await expect(old.placement.change(1, CHANGE, origin)).rejects.toThrow(TermOver);
    await expect(
      old.operations.add({ ...OPERATION, id: OPERATION.id.replace("1", "2") }, number),
    ).rejects.toThrow(TermOver);
    await expect(old.operations.update(operation.id, 1, operation, number)).rejects.toThrow(TermOver);
    await expect(old.nodes.order("node-b", { cordoned: true, draining: true }, number)).rejects.toThrow(
      TermOver,
    );
    expect((await successor.placement.read()).version).toBe(1);
    expect(await successor.operations.newest(9)).toEqual([operation]);
    expect(await successor.nodes.list()).toEqual([node]);

    const next = { ...origin, term: term.number };
    expect(await successor.placement.change(1, CHANGE, next)).toBe(2);
    expect((await successor.operations.update(operation.id, 1, operation, term.number)).revision).toBe(2);
  });

  test("nobody writes before there is a coordinator", async () => {
    const origin = { term: 1, reason: "asked", askedBy: "ada" };
    await expect(rig.stores.placement.change(0, CHANGE, origin)).rejects.toThrow(TermOver);
  });
}
