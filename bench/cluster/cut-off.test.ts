import { expect, test } from "bun:test";
import { ClusterRig, RIG_LIMITS } from "./cluster-rig.ts";

const { beatEveryMs, deadAfterMs } = RIG_LIMITS.membership;

test("while the bus is away nobody is suspected, and shards stay where they are", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const { version } = rig.stored.placement;
  rig.bus.stop();
  await rig.clock.advance(20_000);
  rig.bus.start();
  await rig.clock.advance(deadAfterMs * 2);
  expect(rig.stored.placement.version).toBe(version);
  expect(rig.allServe()).toBe(true);
  expect(rig.coordinator.node.term).toBeGreaterThan(1);
});

test("a coordinator that is cut off without being told is followed as soon as a dead one would be", async () => {
  for (let run = 0; run < 8; run += 1) {
    const rig = await ClusterRig.serving(["a", "b", "c"]);
    await rig.clock.advance(run * 73);
    const cut = rig.coordinator;
    const cutAtMs = rig.clock.nowMs();
    cut.bus.isSilent = true;
    await rig.until("others have its shards", () =>
      rig.stored.placement.shards.every((place) => place !== undefined && place.node !== cut.name),
    );
    // What a kill takes, and the next coordinator's look for the lock.
    expect(rig.clock.nowMs() - cutAtMs).toBeLessThan(deadAfterMs + 1_000);
    expect(rig.stored.changes.at(-1)?.moved).toHaveLength(4);
    cut.bus.isSilent = false;
    await rig.until("all shards serve", () => rig.allServe());
    expect(rig.coordinator.node.term).toBe(2);
  }
});

test("a coordinator that is heard and hears nobody, or hears and is not heard, is followed as well", async () => {
  for (const way of ["isDeaf", "isMute"] as const) {
    const rig = await ClusterRig.serving(["a", "b", "c"]);
    const cut = rig.coordinator;
    cut.bus[way] = true;
    await rig.until("another node coordinates", () =>
      rig.living.some((node) => node !== cut && node.node.office !== undefined),
    );
    await rig.clock.advance(deadAfterMs * 2);
    cut.bus[way] = false;
    await rig.until("all shards serve", () => rig.allServe());
    expect([rig.coordinator.name === cut.name, rig.coordinator.node.term]).toEqual([false, 2]);
  }
});

test("a coordinator that is cut off takes nobody's shards, though it has heard itself last", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const cut = rig.coordinator;
  const others = rig.living.filter((node) => node !== cut);
  const before = rig.stored.changes.length;
  for (const { bus } of others) bus.isMute = true;
  await rig.clock.advance(600);
  for (const { bus } of others) bus.isMute = false;
  cut.bus.isSilent = true;
  await rig.until("others have its shards", () =>
    rig.stored.placement.shards.every((place) => place !== undefined && place.node !== cut.name),
  );
  const moved = rig.stored.changes.slice(before).flatMap((change) => change.moved);
  expect(new Set(moved.map(({ from }) => from?.node))).toEqual(new Set([cut.name]));
});

test("while the bus stands still for everybody without a word, nobody begins to coordinate, and no shard moves", async () => {
  for (let run = 0; run < 8; run += 1) {
    const rig = await ClusterRig.serving(["a", "b", "c"]);
    await rig.clock.advance(run * 73);
    const { version } = rig.stored.placement;
    for (const { bus } of rig.living) bus.isSilent = true;
    await rig.clock.advance(20_000);
    expect(rig.living.map(({ node }) => node.term)).toEqual([undefined, undefined, undefined]);
    for (const { bus } of rig.living) bus.isSilent = false;
    await rig.until("somebody coordinates", () => rig.living.some(({ node }) => node.office !== undefined));
    await rig.clock.advance(deadAfterMs * 2);
    expect([rig.coordinator.node.term, rig.stored.placement.version]).toEqual([2, version]);
    expect(rig.allServe()).toBe(true);
  }
});

test("a bus that comes and goes in less time than a node may be silent costs the coordinator nothing", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const { version } = rig.stored.placement;
  for (let time = 0; time < 20; time += 1) {
    rig.bus.stop();
    await rig.clock.advance(deadAfterMs - 2 * beatEveryMs);
    rig.bus.start();
    await rig.clock.advance(1_000);
  }
  expect([rig.coordinator.node.term, rig.stored.placement.version]).toEqual([1, version]);
});
