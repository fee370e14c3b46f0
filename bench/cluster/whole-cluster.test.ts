import { expect, test } from "bun:test";
import { memoryCoordinatorLock } from "../../persistence/memory/coordinator-lock.ts";
import { ClusterRig } from "./cluster-rig.ts";

const NAMES = ["a", "b", "c"];

/** Ends nodes as a terminal or a supervisor does, the signals a moment apart. */
async function endTogether(rig: ClusterRig): Promise<readonly boolean[]> {
  const ends = rig.living.map(async ({ node }, index) => {
    await new Promise<void>((resolve) => rig.clock.after(index * 150, resolve));
    node.announceEnd();
    const hasLeft = await node.leave(8_000);
    await node.stop();
    return hasLeft;
  });
  const [left] = await Promise.all([Promise.all(ends), rig.clock.advance(10_000)]);
  for (const node of rig.living) rig.kill(node);
  return left;
}

test("nodes that are told to end together keep their shards, and have them again when all of them start", async () => {
  const rig = await ClusterRig.serving(NAMES);
  const { version } = rig.stored.placement;
  expect(await endTogether(rig)).toEqual([false, false, false]);
  expect(rig.stored.placement.version).toBe(version);
  for (const name of NAMES) await Promise.all([rig.start(name), rig.clock.advance(1_500)]);
  await rig.until("all shards serve", () => rig.allServe());
  await rig.clock.advance(60_000);
  expect(rig.stored.placement.version).toBe(version);
});

test("a node that was long behind the others when all of them started has its part within seconds", async () => {
  const rig = await ClusterRig.serving(NAMES, 60);
  for (const node of rig.living) rig.kill(node);
  for (const name of ["a", "b"]) await Promise.all([rig.start(name), rig.clock.advance(100)]);
  await rig.until("two nodes serve all", () => rig.allServe());
  await Promise.all([rig.start("c"), rig.clock.advance(20_000)]);
  const given = rig.stored.placement.shards.filter((place) => place?.node === "c").length;
  expect(given).toBeGreaterThanOrEqual(15);
  expect(rig.allServe()).toBe(true);
});

test("a database that was away for all nodes and is found by one after the other moves no shard", async () => {
  const rig = await ClusterRig.serving(NAMES);
  const { version } = rig.stored.placement;
  for (const node of rig.living) node.databaseReachable = false;
  rig.stored.breakLock();
  const away = await memoryCoordinatorLock(rig.stored).take("nobody", () => undefined);
  await rig.clock.advance(20_000);
  await away?.resign();
  for (const name of NAMES) {
    rig.node(name).databaseReachable = true;
    await rig.clock.advance(1_500);
  }
  await rig.clock.advance(60_000);
  expect(rig.stored.placement.version).toBe(version);
  expect(rig.allServe()).toBe(true);
});

test("a node that does not find the database again with the others gives them its shards", async () => {
  const rig = await ClusterRig.serving(NAMES);
  for (const node of rig.living) node.databaseReachable = false;
  await rig.clock.advance(20_000);
  for (const name of ["a", "b"]) rig.node(name).databaseReachable = true;
  await rig.until("others have its shards", () =>
    rig.stored.placement.shards.every((place) => place?.node !== "c"),
  );
  await rig.until("all shards serve", () => rig.allServe());
});
