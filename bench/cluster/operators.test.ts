import { expect, test } from "bun:test";
import { exitCodeOfOperation } from "../../engine/operator/exit-code.ts";
import type { Operation } from "../../engine/ports/operation-store.ts";
import type { OperationState } from "../../engine/shards/move-progress.ts";
import type { ClusterReply } from "../../engine/operator/cluster-request.ts";
import { ClusterRig, type RigNode } from "./cluster-rig.ts";

function other(rig: ClusterRig): RigNode {
  const found = rig.living.find((node) => node !== rig.coordinator);
  if (found === undefined) throw new Error("there are several nodes");
  return found;
}

function planned(reply: ClusterReply): Extract<ClusterReply, { type: "Planned" }>["plan"] {
  if (reply.type !== "Planned") throw new Error(`no plan: ${JSON.stringify(reply)}`);
  return reply.plan;
}

async function begun(rig: ClusterRig, reply: ClusterReply): ReturnType<ClusterRig["ended"]> {
  if (reply.type !== "Begun") throw new Error(`not begun: ${JSON.stringify(reply)}`);
  return rig.ended(reply.operation.id);
}

test("a drain is planned by any node, begun as it was planned, and leaves nothing behind", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const node = other(rig);
  const change = { type: "DrainNode", node: node.name } as const;
  const plan = planned(await rig.ask(node, { type: "Plan", change }));
  expect(plan.version).toBe(rig.stored.placement.version);
  expect(plan.moves.map(({ reason, from }) => `${reason} ${from?.node}`)).toEqual(
    Array(4).fill(`drain ${node.name}`),
  );
  expect(plan.moves[0]?.source).toEqual({ before: 2, after: 1 });
  expect(plan.pauseMs).toBeNull();

  const operation = await begun(rig, await rig.execute(change, plan.id, node));
  expect([operation.kind, operation.status, exitCodeOfOperation(operation)]).toEqual(["drain", "done", 0]);
  const { moves } = operation.state as unknown as OperationState;
  expect(moves.map(({ shard, to }) => [shard, to])).toEqual(plan.moves.map(({ shard, to }) => [shard, to]));
  expect(node.node.agent.shards).toEqual({ serving: 0, expected: 0 });
  expect(rig.stored.nodes.get(node.name)).toMatchObject({ cordoned: true, draining: true });
  await rig.until("all shards serve", () => rig.allServe());

  const next = planned(await rig.ask(node, { type: "Plan", change: { type: "Rebalance" } }));
  expect(next.moves).toEqual([]);
  expect(next.pauseMs).toBeGreaterThan(0);
});

test("a node that was drained takes shards again when it is undrained, and balancing gives it some", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const node = other(rig);
  await begun(rig, await rig.execute({ type: "DrainNode", node: node.name }));
  await begun(rig, await rig.execute({ type: "UndrainNode", node: node.name }));
  const operation = await begun(rig, await rig.execute({ type: "Rebalance" }));
  expect([operation.kind, operation.status]).toEqual(["rebalance", "done"]);
  await rig.until("all shards serve", () => rig.allServe());
  expect(node.node.agent.shards.expected).toBe(4);
  expect(rig.stored.placement.shards.some((place) => place?.pinned)).toBe(false);
});

test("a plan is not carried out once things are different", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const change = { type: "DrainNode", node: other(rig).name } as const;
  const plan = planned(await rig.ask(rig.coordinator, { type: "Plan", change }));
  await begun(rig, await rig.execute({ type: "PinShards", shards: [0] }));
  const reply = await rig.execute(change, plan.id);
  expect(reply.type).toBe("Conflict");
  expect([...rig.stored.operations.values()].map(({ kind }) => kind)).toEqual(["pin"]);
});

test("a drain that has nowhere to go is refused, and changes nothing", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  await begun(rig, await rig.execute({ type: "CordonNode", node: "b" }));
  const reply = await rig.execute({ type: "DrainNode", node: "a" });
  expect(reply).toMatchObject({ type: "Refused", prechecks: [{ code: "NO_CAPACITY", field: "node" }] });
  expect(rig.stored.nodes.get("a")).toMatchObject({ cordoned: false, draining: false });
});

test.each([
  [{ type: "MoveShards", shards: [0], node: "x", lane: null }, "UNKNOWN_NODE", "node"],
  [{ type: "MoveShards", shards: [0, 99], node: "b", lane: null }, "NO_SUCH_SHARD", "shards"],
  [{ type: "MoveShards", shards: [0], node: "b", lane: 7 }, "UNKNOWN_LANE", "lane"],
  [{ type: "PinShards", shards: [12] }, "NO_SUCH_SHARD", "shards"],
  [{ type: "DrainNode", node: "x" }, "UNKNOWN_NODE", "node"],
] as const)("a change that cannot be made names its field: %j", async (change, code, field) => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const reply = await rig.execute(change);
  expect(reply).toMatchObject({ type: "Refused", prechecks: [{ code, field }] });
  expect(rig.stored.operations.size).toBe(0);
});

test("shards that are to go to a node that is dead stay, and it is said that it does not serve", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = other(rig);
  rig.kill(victim);
  await rig.until("others serve its shards", () => rig.allServe());
  const reply = await rig.execute({ type: "MoveShards", shards: [0, 1], node: victim.name, lane: null });
  const detail = "The node does not serve at present, so that these cannot go there: 0, 1.";
  expect(reply).toMatchObject({
    type: "Refused",
    prechecks: [{ code: "NO_SUCH_LANE", field: "node", detail }],
  });
});

test("what is there already is nothing to do", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const place = rig.stored.placement.shards[3];
  await begun(rig, await rig.execute({ type: "PinShards", shards: [3] }));
  const reply = await rig.execute({ type: "MoveShards", shards: [3], node: place?.node ?? "", lane: null });
  expect(reply.type).toBe("Nothing");
});

test("pinned shards stay when their node is drained, and the drain says so", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const node = other(rig);
  const pinned = rig.stored.placement.shards.findIndex((place) => place?.node === node.name);
  await begun(rig, await rig.execute({ type: "PinShards", shards: [pinned] }));
  const operation = await begun(rig, await rig.execute({ type: "DrainNode", node: node.name }));
  expect([operation.status, exitCodeOfOperation(operation), operation.result]).toMatchObject([
    "partly",
    3,
    { moved: 3, stayed: 1 },
  ]);
  expect(node.node.agent.shards.serving).toBe(1);
  await begun(rig, await rig.execute({ type: "UnpinShards", shards: [pinned] }));
  expect(rig.stored.placement.shards[pinned]?.pinned).toBe(false);
});

test("what is done at once is done once, too", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const id = "00000000-0000-7000-8000-00000000bbbb";
  const change = { type: "PinShards", shards: [1] } as const;
  const asked = { type: "Execute", change, id, askedBy: "anna", planId: null } as const;
  const replies = [await rig.ask(other(rig), asked), await rig.ask(other(rig), asked)];
  for (const reply of replies)
    expect(reply).toMatchObject({ type: "Begun", operation: { id, status: "done" } });
});

test("asked twice with one id, a change is made once", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const asked = {
    type: "Execute",
    change: { type: "DrainNode", node: other(rig).name },
    id: "00000000-0000-7000-8000-00000000aaaa",
    askedBy: "anna",
    planId: null,
  } as const;
  const [first, second] = [await rig.ask(other(rig), asked), await rig.ask(rig.coordinator, asked)];
  expect([first.type, second.type]).toEqual(["Begun", "Begun"]);
  await rig.ended(asked.id);
  expect(rig.stored.operations.size).toBe(1);
});

test("operations are carried out one after the other, and one whose turn has not come can be cancelled", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const [first, second] = rig.living.map(({ name }) => name);
  const shard = rig.stored.placement.shards.findIndex((place) => place?.node === first);
  const drain = await rig.execute({ type: "DrainNode", node: first ?? "" });
  const waiting = await rig.move([shard], second ?? "");
  expect(rig.operation(waiting).status).toBe("waiting");
  const reply = await rig.ask(rig.coordinator, { type: "Cancel", operation: waiting, askedBy: "bert" });
  // Who wanted that is kept as it is of one that has begun.
  const cancelled = { status: "cancelled", state: { cancelledBy: "bert", moves: [] } };
  expect(reply).toMatchObject({ type: "Begun", operation: cancelled });
  expect((await begun(rig, drain)).status).toBe("done");
});

test("whoever suspends balancing is remembered by the next coordinator, until it is resumed", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  await rig.execute({ type: "SuspendRebalancing" });
  rig.kill(rig.coordinator);
  await rig.until("the next one coordinates", () => rig.living.some(({ node }) => node.office !== undefined));
  expect(await rig.execute({ type: "SuspendRebalancing" })).toMatchObject({ type: "Nothing" });
  await begun(rig, await rig.execute({ type: "ResumeRebalancing" }));
  const [suspension, ...rest] = [...rig.stored.operations.values()];
  expect(suspension).toMatchObject({ kind: "suspend", status: "done", askedBy: "anna" });
  expect(rest.map(({ kind, status }) => [kind, status])).toEqual([["resume", "done"]]);
});

test("shards and nodes are told as they are, with what is on its way", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const victim = other(rig);
  const shard = rig.stored.placement.shards.findIndex((place) => place?.node === rig.coordinator.name);
  await rig.move([shard], victim.name, 1);
  await rig.untilPhase("placing");
  const { desk, operations } = rig.coordinator.node.office ?? {};
  expect([desk?.placement.version, operations?.active[0]?.move.shards]).toEqual([1, [shard]]);
  const shards = await rig.ask(victim, { type: "ListShards" });
  if (shards.type !== "Shards") throw new Error("shards were asked for");
  const onTheWay = shards.shards.filter(({ move }) => move !== null);
  expect(onTheWay).toMatchObject([{ shard, move: { phase: "placing", trouble: null } }]);
  await rig.until("all shards serve", () => rig.allServe());
  rig.kill(victim);
  await rig.until("it is dead", () => rig.allServe());
  const nodes = await rig.ask(rig.coordinator, { type: "ListNodes" });
  if (nodes.type !== "Nodes") throw new Error("nodes were asked for");
  const told = nodes.nodes.map(({ node, state, expectedShards }) => [node, state, expectedShards]);
  expect(told).toContainEqual([victim.name, "dead", 0]);
  expect(nodes.coordinator).toBe(rig.coordinator.name);
});

test("a node that is about to end gives its shards away first, and is not held to it afterwards", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const node = other(rig);
  const fenced = rig.owners.takeovers.length;
  const [hasLeft] = await Promise.all([node.node.leave(30_000), rig.clock.advance(3_000)]);
  expect(hasLeft).toBe(true);
  expect(node.node.agent.shards).toEqual({ serving: 0, expected: 0 });
  expect(rig.owners.takeovers.length - fenced).toBe(4);
  await rig.until("all shards serve", () => rig.allServe());
  expect(rig.stored.nodes.get(node.name)).toMatchObject({ cordoned: false, draining: false });
});

test("balancing that nobody asked for makes way for a node that is about to end", async () => {
  const rig = await ClusterRig.serving(["a", "b"], 60);
  const [{ threads }] = await Promise.all([rig.start("c"), rig.clock.advance(100)]);
  const prepare = threads.prepare.bind(threads);
  threads.prepare = async (lane, shards) => {
    await new Promise<void>((resolve) => rig.clock.after(slowMs, resolve));
    return prepare(lane, shards);
  };
  let slowMs = 1_000;
  const balancing = (): Operation | undefined =>
    [...rig.stored.operations.values()].find(({ kind }) => kind === "rebalance");
  await rig.until("loads are balanced", () => (balancing()?.stepsDone ?? 0) > 0);
  rig.clock.after(1_000, () => {
    slowMs = 0;
  });
  const node = other(rig);
  const [hasLeft] = await Promise.all([node.node.leave(8_000), rig.clock.advance(8_000)]);
  expect([hasLeft, balancing()?.status]).toEqual([true, "cancelled"]);
  await rig.until("all shards serve", () => rig.allServe());
});

test("a node that is about to end gets none of the shards of one that dies", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const [leaving, dying] = rig.living.filter((node) => node !== rig.coordinator);
  let hasLeft = false;
  void leaving?.node.leave(60_000).then((left) => {
    hasLeft = left;
  });
  await rig.until("it has left", () => hasLeft);
  if (dying !== undefined) rig.kill(dying);
  await rig.until("all shards serve", () => rig.allServe());
  expect(leaving?.node.agent.shards.expected).toBe(0);
});

test("a node that is alone ends at once: nobody can take its shards", async () => {
  const rig = await ClusterRig.serving(["a"]);
  const startedAtMs = rig.clock.nowMs();
  let hasLeft: boolean | undefined;
  void rig
    .node("a")
    .node.leave(30_000)
    .then((left) => {
      hasLeft = left;
    });
  await rig.until("it knows", () => hasLeft !== undefined);
  expect([hasLeft, rig.clock.nowMs() - startedAtMs < 1_000]).toEqual([false, true]);
});

test("without a coordinator an operator is told to ask again", async () => {
  const rig = new ClusterRig();
  const [node] = await Promise.all([rig.start("a"), rig.clock.advance(100)]);
  const reply = await rig.ask(node, { type: "ListNodes" });
  expect(reply).toMatchObject({ type: "NoCoordinator", retryAfterMs: 1_000 });
});

test("whoever watches an operation sees it get on, each revision once, and its end", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const node = other(rig);
  const reply = await rig.execute({ type: "DrainNode", node: node.name });
  if (reply.type !== "Begun") throw new Error("a drain was begun");
  const seen: Operation[] = [];
  const watched = node.node.operator.watch(reply.operation.id, 10_000, (changed) => seen.push(changed));
  await rig.clock.advance(5_000);
  const ended = await watched;
  expect(ended).toMatchObject({ status: "done", stepsDone: 6 });
  expect(seen.at(-1)).toEqual(ended);
  const revisions = seen.map(({ revision }) => revision);
  expect(revisions).toEqual([...new Set(revisions)].toSorted((one, two) => one - two));
});

test("a node that leaves gives away what was still on its way to it, too", async () => {
  const rig = await ClusterRig.serving(["a", "b"]);
  const leaving = rig.coordinator.name === "a" ? rig.node("b") : rig.node("a");
  const shards = rig.stored.placement.shards.flatMap((place, shard) =>
    place?.node === leaving.name ? [] : shard,
  );
  await rig.move(shards, leaving.name);
  await rig.untilPhase("preparing");
  const [hasLeft] = await Promise.all([leaving.node.leave(30_000), rig.clock.advance(5_000)]);
  expect(hasLeft).toBe(true);
  expect(leaving.node.agent.shards).toEqual({ serving: 0, expected: 0 });
  expect(rig.owners.fenced).toEqual([]);
});
