import { expect, test } from "bun:test";
import { StoreOverdue } from "../../engine/ports/coordinator-lock.ts";
import { memoryOperationStore } from "../../persistence/memory/operation-store.ts";
import { ClusterRig, RIG_LIMITS } from "./cluster-rig.ts";

const { deadAfterMs } = RIG_LIMITS.membership;

test("nodes that start together wait for one another, and share all shards", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  await rig.until("every node knows what it serves", () =>
    rig.living.every(({ node }) => node.agent.shards.serving === 4),
  );
  expect(rig.stored.changes).toHaveLength(1);
});

test("the shards of a node that dies serve elsewhere", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  const diedAtMs = rig.clock.nowMs();
  rig.kill(victim);
  await rig.until("all shards serve", () => rig.allServe());
  expect(rig.clock.nowMs() - diedAtMs).toBeLessThan(3_000);
  expect(rig.stored.changes.at(-1)?.moved.map(({ from }) => from?.node)).toEqual(Array(4).fill(victim.name));
});

test("the next coordinator sees to the shards of the one that died", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  rig.kill(rig.coordinator);
  await rig.until("all shards serve", () => rig.allServe());
  expect(rig.living).toHaveLength(2);
});

test("a node on the bus of others never coordinates while a node lives that hears those that have shards", async () => {
  for (let run = 0; run < 12; run += 1) {
    const rig = await ClusterRig.serving(["a", "b", "c"]);
    await rig.clock.advance(run * 41);
    await Promise.all([rig.start("d", 2, rig.anotherBus()), rig.clock.advance(100)]);
    await rig.clock.advance(3_000);
    const old = rig.coordinator.name;
    rig.kill(rig.coordinator);
    await rig.until("others have its shards", () =>
      rig.stored.placement.shards.every((place) => place?.node !== old),
    );
    await rig.clock.advance(5_000);
    expect(rig.stored.placement.shards.some((place) => place?.node === "d")).toBe(false);
    expect(rig.node("d").node.term).toBeUndefined();
    expect(rig.living.map(({ name, node }) => [name, node.isStranger])).toEqual(
      rig.living.map(({ name }) => [name, name === "d"]),
    );
  }
});

test("a node that is alone with what dead nodes of other names have left serves all of it", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  for (const node of rig.living) rig.kill(node);
  await Promise.all([rig.start("c"), rig.start("d"), rig.clock.advance(100)]);
  await rig.until("all shards serve", () => rig.allServe(), 15_000);
});

test("a coordinator whose writes take too long lets another node try, and the shards of a dead node serve", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const old = rig.coordinator;
  const { term = 0 } = old.node;
  const victim = rig.living.find((node) => node !== old);
  if (victim === undefined) throw new Error("there are three nodes");
  const { stored } = rig;
  const check = stored.assertTerm.bind(stored);
  stored.assertTerm = (given) => {
    if (given === term) throw new StoreOverdue("the database did not answer in time");
    check(given);
  };
  rig.kill(victim);
  await rig.until("all shards serve", () => rig.allServe(), 5_000);
  expect(rig.coordinator.node.term).toBeGreaterThan(term);
});

test("a node that starts anew before anybody misses it has its shards again", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  const { version } = rig.stored.placement;
  rig.kill(victim);
  await rig.clock.advance(200);
  await Promise.all([rig.start(victim.name), rig.clock.advance(100)]);
  await rig.until("all shards serve", () => rig.allServe());
  expect(rig.stored.placement.version).toBe(version);
});

test("a node whose database is away gives its shards to others, and has none when it is back", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = rig.living.find((node) => node !== rig.coordinator);
  if (victim === undefined) throw new Error("there are three nodes");
  victim.databaseReachable = false;
  await rig.until("others have its shards", () =>
    rig.stored.placement.shards.every((place) => place?.node !== victim.name),
  );
  await rig.until("all shards serve", () => rig.allServe());
  const { version } = rig.stored.placement;
  victim.databaseReachable = true;
  await rig.clock.advance(deadAfterMs * 2);
  expect([victim.node.agent.shards, rig.stored.placement.version]).toEqual([
    { serving: 0, expected: 0 },
    version,
  ]);
  expect(rig.allServe()).toBe(true);
});

test("a coordinator that stood still can write nothing, and orders nothing, once another one has followed", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const old = rig.coordinator;
  const source = rig.living.find((node) => node !== old);
  const shard = rig.stored.placement.shards.findIndex((place) => place?.node === source?.name);
  const target = rig.living.find((node) => node !== old && node !== source);
  if (target === undefined) throw new Error("there are three nodes");
  const id = await rig.move([shard], target.name);
  await rig.untilPhase("placing");
  old.gate.shut();
  rig.stored.breakLock();
  await rig.until("another node coordinates", () =>
    rig.living.some(({ node }) => node !== old.node && node.office !== undefined),
  );
  const followed = rig.stored.changes.length;
  old.gate.open();
  await rig.ended(id);
  await rig.until("the old one knows", () => old.node.term === undefined);
  await rig.until("all shards serve", () => rig.allServe());
  const terms = rig.stored.changes.slice(followed).map(({ term }) => term);
  expect(new Set(terms)).toEqual(new Set([2]));
});

test("two coordinators at once: the writes of the old one are refused, and it gives up", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const old = rig.coordinator;
  const { office } = old.node;
  // The lock is gone, and its holder does not know: it goes on as before.
  rig.stored.endTerm(1);
  await rig.until("another node coordinates", () => rig.living.some(({ node }) => (node.term ?? 0) > 1));
  expect(old.node.office).toBe(office);
  const change = { shard: 0, node: "a", lane: 0, pinned: false };
  const write = office?.desk.change(() => [change], { reason: "asked", askedBy: "zombie" });
  const refused = write?.then(
    () => "written",
    (error: unknown) => (error as Error).name,
  );
  await rig.clock.advance(50);
  expect(await refused).toBe("TermOver");
});

test("a move that the bus leaves in the middle ends when it is back", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const first = rig.living.find((node) => node !== rig.coordinator);
  const shard = rig.stored.placement.shards.findIndex((place) => place?.node === rig.coordinator.name);
  const id = await rig.move([shard], first?.name ?? "");
  await rig.untilPhase("finishing");
  rig.bus.stop();
  await rig.clock.advance(20_000);
  rig.bus.start();
  expect((await rig.ended(id)).status).toBe("done");
  await rig.until("all shards serve", () => rig.allServe());
});

test("a move whose shards a fail-over has given to others before the next coordinator takes it up ends", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c", "d"]);
  const { coordinator } = rig;
  const [source, target, third] = rig.living.filter((node) => node !== coordinator);
  const shard = rig.stored.placement.shards.findIndex((place) => place?.node === source?.name);
  const id = await rig.move([shard], target?.name ?? "");
  await rig.untilPhase("preparing");
  rig.kill(coordinator);
  const { version, shards } = rig.stored.placement;
  const elsewhere = { node: third?.name ?? "", lane: 0, pinned: false };
  rig.stored.placement = { version: version + 1, shards: shards.with(shard, elsewhere) };
  expect((await rig.ended(id)).status).toBe("failed");
  await rig.until("all shards serve", () => rig.allServe());
  expect(rig.stored.placement.shards[shard]).toEqual(elsewhere);
});

test("the next coordinator ends the record of what the last one has done and not written down to its end", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const { coordinator } = rig;
  const id = "00000000-0000-7000-8000-0000000000aa";
  const request = { type: "UndrainNode", node: "a" } as const;
  const store = memoryOperationStore(rig.stored);
  await store.add(
    { id, kind: "undrain", askedBy: "anna", documentVersion: 1, request },
    coordinator.node.term ?? 0,
  );
  rig.kill(coordinator);
  expect((await rig.ended(id)).status).toBe("done");
});

test("a node whose term ends before it has read what it needs coordinates in its next one", async () => {
  const rig = await ClusterRig.serving(["a"]);
  const { node } = rig.node("a");
  rig.stored.breakLock();
  await rig.until("a term begins", () => node.term === 2 && node.office === undefined);
  rig.stored.breakLock();
  await rig.clock.advance(100);
  expect([node.term, node.office]).toEqual([undefined, undefined]);
  await rig.until("it coordinates", () => node.term === 3 && node.office !== undefined);
  expect((await rig.ask(rig.node("a"), { type: "ListNodes" })).type).toBe("Nodes");
});

test("without a coordinator a source takes back what a move made it let go of", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const { coordinator } = rig;
  const source = rig.living.find((node) => node !== coordinator);
  const shard = rig.stored.placement.shards.findIndex((place) => place?.node === source?.name);
  await rig.move([shard], coordinator.name);
  await rig.untilPhase("placing");
  // The coordinator stands still, and its lock with it.
  coordinator.gate.shut();
  await rig.until("the source serves again", () => (source?.threads.servingAt(shard) ?? []).length === 1);
});

test("a node that comes and goes all the time gets no shards", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  for (let fall = 0; fall < 4; fall += 1) {
    const flapping = await Promise.all([rig.start("d"), rig.clock.advance(50)]);
    await rig.clock.advance(deadAfterMs);
    rig.kill(flapping[0]);
    await rig.clock.advance(deadAfterMs * 2);
  }
  const back = await Promise.all([rig.start("d"), rig.clock.advance(50)]);
  await rig.clock.advance(1_000);
  const reply = await rig.execute({ type: "MoveShards", shards: [0], node: "d", lane: null });
  expect(reply).toMatchObject({ type: "Refused", prechecks: [{ code: "CORDONED", field: "node" }] });
  expect(back[0].node.agent.shards.expected).toBe(0);
});
