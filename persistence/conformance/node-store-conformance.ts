import { expect, test } from "bun:test";
import { TermOver } from "../../engine/ports/coordinator-lock.ts";
import type { ClusterRig } from "./cluster-rig.ts";

/** What operators decide about a node outlives its process. */
export function remembering(rig: ClusterRig): void {
  test("each start of a node has a higher number, and says anew what the node has", async () => {
    const { nodes } = rig.stores;
    const first = await nodes.started({ node: "node-a", lanes: 2, capacity: 1 });
    expect(first).toEqual({
      node: "node-a",
      lanes: 2,
      capacity: 1,
      incarnation: 1,
      cordoned: false,
      draining: false,
      firstStartedAtMs: expect.any(Number),
      lastStartedAtMs: first.firstStartedAtMs,
    });
    const second = await rig.open().nodes.started({ node: "node-a", lanes: 4, capacity: 0.5 });
    const { firstStartedAtMs } = first;
    const { lastStartedAtMs } = second;
    expect(second).toEqual({
      ...first,
      lanes: 4,
      capacity: 0.5,
      incarnation: 2,
      firstStartedAtMs,
      lastStartedAtMs,
    });
    expect(lastStartedAtMs).toBeGreaterThanOrEqual(firstStartedAtMs);
    expect(await nodes.list()).toEqual([second]);
  });

  test("starts at once have different numbers", async () => {
    const starts = Array.from({ length: 5 }, () => rig.open());
    const started = await Promise.all(
      starts.map(({ nodes }) => nodes.started({ node: "node-a", lanes: 1, capacity: 1 })),
    );
    expect(started.map(({ incarnation }) => incarnation).sort((left, right) => left - right)).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  test("a start that arrives late, behind a later one of its name, is none: the node that runs has the number", async () => {
    const starts = rig.subject.starts();
    const { nodes } = rig.stores;
    const start = { node: "node-a", lanes: 1, capacity: 1 };
    for (const number of [1, 2]) {
      const last = await starts.last("node-a");
      expect((await nodes.started(start)).incarnation).toBe(number);
      expect(await starts.registerAfter(last, start)).toBeUndefined();
      expect((await nodes.list()).map(({ incarnation }) => incarnation)).toEqual([number]);
    }
  });

  test("a node stays cordoned or draining over a restart, until somebody decides otherwise", async () => {
    const { nodes } = rig.stores;
    const { number } = await rig.term();
    await nodes.started({ node: "node-b", lanes: 1, capacity: 1 });
    await nodes.started({ node: "node-a", lanes: 1, capacity: 1 });
    expect(await nodes.order("node-b", { cordoned: true, draining: false }, number)).toBe(true);
    expect(await nodes.order("node-a", { cordoned: false, draining: true }, number)).toBe(true);
    await nodes.started({ node: "node-b", lanes: 1, capacity: 1 });
    const orders = (await rig.open().nodes.list()).map(({ node, cordoned, draining }) => [
      node,
      cordoned,
      draining,
    ]);
    expect(orders).toEqual([
      ["node-a", false, true],
      ["node-b", true, false],
    ]);
    await nodes.order("node-b", { cordoned: false, draining: false }, number);
    expect((await nodes.list())[1]).toMatchObject({ cordoned: false, draining: false });
  });

  test("there is nothing to decide about a node that has never started", async () => {
    const { number } = await rig.term();
    expect(await rig.stores.nodes.order("node-z", { cordoned: true, draining: true }, number)).toBe(false);
    expect(await rig.stores.nodes.list()).toEqual([]);
  });

  test("nodes are forgotten that have no shards and are not heard; others stay, whatever they do", async () => {
    const { nodes, placement } = rig.stores;
    const { number } = await rig.term();
    for (const node of ["heard", "owner", "gone"]) await nodes.started({ node, lanes: 1, capacity: 1 });
    const origin = { term: number, reason: "asked", askedBy: "ada" };
    await placement.change(0, [{ shard: 1, node: "owner", lane: 0, pinned: false }], origin);
    expect(await nodes.forget(["heard"], 60_000, number)).toBe(0);
    expect(await nodes.forget(["heard"], 0, number)).toBe(1);
    expect((await rig.open().nodes.list()).map(({ node }) => node)).toEqual(["heard", "owner"]);
    expect(await nodes.forget(["heard"], 0, number)).toBe(0);
    await expect(nodes.forget([], 0, number - 1)).rejects.toThrow(TermOver);
  });

  test("a start of a forgotten name has a higher number than any that was forgotten, so that no claim of the past counts", async () => {
    const { nodes, placement, journal } = rig.stores;
    const { number } = await rig.term();
    for (let start = 0; start < 4; start += 1) await nodes.started({ node: "gone", lanes: 1, capacity: 1 });
    expect(await nodes.forget([], 0, number)).toBe(1);
    const again = await nodes.started({ node: "gone", lanes: 1, capacity: 1 });
    expect([again.incarnation, again.cordoned]).toEqual([5, false]);
    const origin = { term: number, reason: "asked", askedBy: "ada" };
    await placement.change(0, [{ shard: 1, node: "gone", lane: 0, pinned: false }], origin);
    expect(await journal.claim([1], "former", { node: "gone", lane: 0, incarnation: 4 })).toEqual([]);
  });
}
