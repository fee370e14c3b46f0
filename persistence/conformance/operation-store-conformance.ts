import { expect, test } from "bun:test";
import { TermOver } from "../../engine/ports/coordinator-lock.ts";
import { OperationChanged } from "../../engine/ports/operation-store.ts";
import type { NewOperation, Operation, OperationProgress } from "../../engine/ports/operation-store.ts";
import type { ClusterRig } from "./cluster-rig.ts";

function operation(number: number): NewOperation {
  return {
    id: `0193f2a0-0000-7000-8000-00000000000${number}`,
    kind: "drain",
    askedBy: "ada",
    documentVersion: 1,
    request: { node: "node-b", note: 'a "quoted" \\ caf\u00e9 \u{1F45F}' },
  };
}

const RUNNING: Omit<OperationProgress, "request"> = {
  documentVersion: 2,
  status: "running",
  plan: { moves: [{ shard: 3, to: "node-a/lane-0" }] },
  placementVersion: 812,
  state: [1, 2.5, null, true, { deep: { empty: [] } }],
  stepsDone: 1,
  stepsTotal: 2,
  result: null,
};

/** What is begun is known to the next coordinator. */
export function carryingOut(rig: ClusterRig): void {
  test("an operation waits as it was asked for; asked for twice, it is one", async () => {
    const { number } = await rig.term();
    const { operations } = rig.stores;
    const added = await operations.add(operation(1), number);
    expect(added).toEqual({
      ...operation(1),
      status: "waiting",
      plan: null,
      placementVersion: null,
      state: null,
      stepsDone: 0,
      stepsTotal: 0,
      result: null,
      revision: 1,
      createdAtMs: expect.any(Number),
      updatedAtMs: added.createdAtMs,
      endedAtMs: null,
    });
    expect(await operations.add({ ...operation(1), askedBy: "eve" }, number)).toEqual(added);
    expect(await rig.open().operations.newest(9)).toEqual([added]);
  });

  test("an operation that was planned is there with its plan, and in its state, from the first moment", async () => {
    const { number } = await rig.term();
    const { operations } = rig.stores;
    const { plan, placementVersion } = RUNNING;
    const planned = await operations.add(operation(1), number, { plan, placementVersion });
    expect(planned).toMatchObject({ status: "waiting", plan, placementVersion, revision: 1 });
    const running = await operations.add(operation(2), number, { status: "running" });
    expect(running).toMatchObject({ status: "running", plan: null, revision: 1 });
    expect(await rig.open().operations.open()).toEqual([planned, running]);
  });

  test("everything of its progress is there for the next coordinator", async () => {
    const { number } = await rig.term();
    const { operations } = rig.stores;
    const added = await operations.add(operation(1), number);
    const updated = await operations.update(added.id, 1, { ...RUNNING, request: { later: 1 } }, number);
    const { updatedAtMs } = updated;
    expect(updated).toEqual({
      ...added,
      ...RUNNING,
      request: { later: 1 },
      revision: 2,
      updatedAtMs,
    } as Operation);
    expect(updatedAtMs).toBeGreaterThanOrEqual(added.createdAtMs);
    expect(await rig.open().operations.find(added.id)).toEqual(updated);
    expect(await operations.find(operation(9).id)).toBeUndefined();
  });

  test("an update of an older revision changes nothing; of several at once one wins", async () => {
    const { number } = await rig.term();
    const added = await rig.stores.operations.add(operation(1), number);
    const processes = [rig.stores, rig.open(), rig.open()];
    const outcomes = await Promise.allSettled(
      processes.map(({ operations }, index) =>
        operations.update(added.id, 1, { ...added, state: { index } }, number),
      ),
    );
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    for (const [index, outcome] of outcomes.entries())
      if (index !== winner) expect(outcome).toMatchObject({ reason: expect.any(OperationChanged) });
    const found = await rig.stores.operations.find(added.id);
    expect([found?.revision, found?.state]).toEqual([2, { index: winner }]);
    const missing = rig.stores.operations.update(operation(2).id, 1, added, number);
    await expect(missing).rejects.toThrow(OperationChanged);
  });

  test("those that are not over come in the order of asking, all of them with the newest first", async () => {
    const { number } = await rig.term();
    const { operations } = rig.stores;
    // Ids say nothing about the order.
    for (const each of [2, 4, 1, 3]) await operations.add(operation(each), number);
    const ended: Operation[] = [];
    for (const [each, status] of [
      [4, "done"],
      [2, "cancelled"],
      [3, "running"],
    ] as const) {
      const found = (await operations.find(operation(each).id)) as Operation;
      ended.push(await operations.update(found.id, 1, { ...found, status, result: { each } }, number));
    }
    const numbers = (all: readonly Operation[]) => all.map(({ id }) => Number(id.at(-1)));
    expect(numbers(await operations.open())).toEqual([1, 3]);
    expect(numbers(await operations.newest(3))).toEqual([3, 1, 4]);
    expect(ended.map(({ endedAtMs }) => endedAtMs === null)).toEqual([false, false, true]);
    const [first] = ended as [Operation];
    const again = await operations.update(first.id, 2, { ...first, result: "read" }, number);
    expect(again.endedAtMs).toBe(first.endedAtMs);
  });

  test("operations that are long over are forgotten, the oldest first; those that are not over never are", async () => {
    const { number } = await rig.term();
    const { operations } = rig.stores;
    for (const each of [1, 2, 3, 4]) await operations.add(operation(each), number);
    for (const each of [3, 1, 2]) {
      const found = (await operations.find(operation(each).id)) as Operation;
      await operations.update(found.id, 1, { ...found, status: "done" }, number);
    }
    const left = async (): Promise<readonly number[]> =>
      (await rig.open().operations.newest(9)).map(({ id }) => Number(id.at(-1)));
    expect(await operations.forget(60_000, 9, number)).toBe(0);
    expect([await operations.forget(0, 2, number), (await left()).length]).toEqual([2, 2]);
    expect([await operations.forget(0, 2, number), await left()]).toEqual([1, [4]]);
    expect(await operations.forget(0, 2, number)).toBe(0);
    await expect(operations.forget(0, 9, number - 1)).rejects.toThrow(TermOver);
  });
}
