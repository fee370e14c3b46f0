import { expect, test } from "bun:test";
import type { HandOverPhase } from "../../engine/shards/hand-over.ts";
import type { OperationState } from "../../engine/shards/move-progress.ts";
import { ClusterRig, type RigNode } from "./cluster-rig.ts";

const NAMES = ["a", "b", "c", "d"];
const FORTH: readonly HandOverPhase[] = ["preparing", "placing", "finishing", "adopting", "releasing"];
const BACK: readonly HandOverPhase[] = ["placingBack", "returning", "releasing"];

interface MoveUnderway {
  readonly rig: ClusterRig;
  readonly id: string;
  readonly coordinator: RigNode;
  readonly source: RigNode;
  readonly target: RigNode;
}

/** A move of two shards between two nodes that do not coordinate, as soon as it is in this phase. */
async function moving(phase: HandOverPhase, isUndone = false): Promise<MoveUnderway> {
  const rig = await ClusterRig.serving(NAMES);
  const { coordinator } = rig;
  const [source, target] = rig.living.filter((node) => node !== coordinator) as [RigNode, RigNode];
  const { shards } = rig.stored.placement;
  const moved = [...shards.keys()].filter(
    (shard) => shards[shard]?.node === source.name && shards[shard].lane === 0,
  );
  const id = await rig.move(moved, target.name, 1);
  if (isUndone) {
    await rig.untilPhase("adopting");
    void coordinator.node.operator.ask({ type: "Cancel", operation: id, askedBy: "bert" });
  }
  await rig.untilPhase(phase);
  return { rig, id, coordinator, source, target };
}

function firstShard({ rig, id }: MoveUnderway): number {
  const { moves } = rig.operation(id).state as unknown as OperationState;
  return moves[0]?.shard ?? -1;
}

async function expectAllWell({ rig, id }: MoveUnderway): Promise<void> {
  await rig.ended(id);
  await rig.until("all shards serve at one lane", () => rig.allServe());
}

test("a move takes its shards to the target, pins them there, and tells how long clients waited", async () => {
  const move = await moving("preparing");
  const { rig, id, target } = move;
  await expectAllWell(move);
  const operation = rig.operation(id);
  expect([operation.status, operation.askedBy, operation.stepsDone]).toEqual(["done", "anna", 2]);
  const { moves } = operation.state as unknown as OperationState;
  for (const { shard, status, pauseMs } of moves) {
    expect([status, rig.stored.placement.shards[shard]]).toEqual([
      "moved",
      { node: target.name, lane: 1, pinned: true },
    ]);
    expect(pauseMs).toBeGreaterThan(0);
    expect(pauseMs).toBeLessThan(50);
  }
  expect(rig.stored.changes.at(-1)).toMatchObject({ reason: "asked", askedBy: "anna" });
  await rig.clock.advance(10);
  const { movedShards, undoneShards, pauseMs, term } = rig.coordinator.node.statistics;
  expect([movedShards, undoneShards, term]).toEqual([2, 0, rig.coordinator.node.term ?? -1]);
  expect(pauseMs.sum).toBeGreaterThan(0);
});

test("clients wait until the target serves, however late its node says so", async () => {
  const move = await moving("placing");
  const { rig, id, target } = move;
  const adopt = target.threads.adopt.bind(target.threads);
  target.threads.adopt = async (lane, shards) => {
    await new Promise<void>((resolve) => rig.clock.after(200, resolve));
    return adopt(lane, shards);
  };
  await expectAllWell(move);
  const { moves } = rig.operation(id).state as unknown as OperationState;
  expect(moves.map(({ phasesMs }) => (phasesMs?.adopting ?? 0) >= 200)).toEqual([true, true]);
  for (const { pauseMs } of moves) expect(pauseMs).toBeLessThan(50);
});

test("a move fences nobody: its source lets go before its target takes over", async () => {
  const move = await moving("preparing");
  const before = move.rig.owners.takeovers.length;
  await expectAllWell(move);
  expect(move.rig.owners.takeovers.slice(before).map((line) => line.split(" ")[1])).toEqual([
    `${move.target.name}#1/lane-1`,
    `${move.target.name}#1/lane-1`,
  ]);
});

for (const phase of FORTH) {
  test(`when the source dies while a move is ${phase}, the move goes on`, async () => {
    const move = await moving(phase);
    move.rig.kill(move.source);
    await expectAllWell(move);
    expect(move.rig.operation(move.id).status).toBe("done");
    expect(move.rig.stored.placement.shards.filter((place) => place?.pinned)).toEqual([
      { node: move.target.name, lane: 1, pinned: true },
      { node: move.target.name, lane: 1, pinned: true },
    ]);
  });

  test(`when the target dies while a move is ${phase}, somebody else has the shards`, async () => {
    const move = await moving(phase);
    move.rig.kill(move.target);
    await expectAllWell(move);
    expect(move.rig.operation(move.id).status).toBe(phase === "releasing" ? "done" : "failed");
  });

  test(`when the coordinator dies while a move is ${phase}, the next one ends it`, async () => {
    const move = await moving(phase);
    move.rig.kill(move.coordinator);
    await expectAllWell(move);
    expect(move.rig.operation(move.id).status).toBe("done");
  });

  test(`when both ends and the coordinator die while a move is ${phase}, the last node serves everything`, async () => {
    const move = await moving(phase);
    for (const node of [move.source, move.target, move.coordinator]) move.rig.kill(node);
    await expectAllWell(move);
  });

  test(`a node that has no part but to send may die while a move is ${phase}`, async () => {
    const move = await moving(phase);
    const { rig, source, target, coordinator } = move;
    rig.kill(rig.living.find((node) => ![source, target, coordinator].includes(node)) as RigNode);
    await expectAllWell(move);
    expect(rig.operation(move.id).status).toBe("done");
  });

  test(`a move that is cancelled while it is ${phase} ends, and its shards serve`, async () => {
    const move = await moving(phase);
    const cancel = { type: "Cancel", operation: move.id, askedBy: "bert" } as const;
    const reply = await move.rig.ask(move.target, cancel);
    expect(reply.type).toBe("Begun");
    await expectAllWell(move);
    const { status, state } = move.rig.operation(move.id);
    expect([status, (state as unknown as OperationState).cancelledBy]).toEqual(["cancelled", "bert"]);
    expect(move.rig.owners.fenced).toEqual([]);
    // Whoever repeats it later, since the first answer was lost, hears the same.
    await move.rig.clock.advance(1_000);
    const again = await move.rig.ask(move.target, cancel);
    expect(again).toMatchObject({ type: "Begun", operation: { id: move.id, status: "cancelled" } });
  });
}

test("a move that ends while its target still reads ahead keeps no other move waiting", async () => {
  const rig = await ClusterRig.serving(["a", "b", "c"]);
  const target = rig.living.find((node) => node !== rig.coordinator);
  const [shard, another] = rig.stored.placement.shards.flatMap((place, each) =>
    place?.node === rig.coordinator.name ? each : [],
  );
  if (target === undefined || shard === undefined || another === undefined)
    throw new Error("there are three nodes");
  const { threads } = target;
  const prepare = threads.prepare.bind(threads);
  threads.prepare = async (lane, shards) => {
    await new Promise<void>((resolve) => rig.clock.after(200, resolve));
    return prepare(lane, shards);
  };
  const id = await rig.move([shard], target.name);
  await rig.untilPhase("preparing");
  await rig.clock.advance(50);
  await rig.ask(rig.coordinator, { type: "Cancel", operation: id, askedBy: "bert" });
  expect((await rig.ended(id)).status).toBe("cancelled");
  await rig.clock.advance(1_000);
  expect((await rig.ended(await rig.move([another], target.name))).status).toBe("done");
});

test("a target that has adopted and is not needed lets go before the source takes over again", async () => {
  const move = await moving("adopting");
  const { rig, id, target } = move;
  await rig.until("the target serves", () =>
    target.threads.serves(firstShard(move), `${target.name}#1/lane-1`),
  );
  await rig.ask(target, { type: "Cancel", operation: id, askedBy: "bert" });
  await expectAllWell(move);
  expect(rig.operation(id).status).toBe("cancelled");
  expect(rig.owners.fenced).toEqual([]);
});

for (const phase of BACK) {
  for (const victim of ["source", "target", "coordinator"] as const) {
    test(`when the ${victim} dies while a move that is undone is ${phase}, its shards serve`, async () => {
      const move = await moving(phase, true);
      move.rig.kill(move[victim]);
      await expectAllWell(move);
      expect(move.rig.operation(move.id).status).toBe("cancelled");
    });
  }
}

test("a router that lives and never answers does not keep an operation from ending: it ends partly, and names the node", async () => {
  const move = await moving("adopting");
  const { rig, id, coordinator, source, target } = move;
  const silent = rig.living.find((node) => ![coordinator, source, target].includes(node));
  if (silent === undefined) throw new Error("there are four nodes");
  silent.threads.release = () => new Promise(() => undefined);
  const { status, stepsDone, state } = await rig.ended(id);
  expect([status, stepsDone]).toEqual(["partly", 2]);
  const { moves } = state as unknown as OperationState;
  const trouble = `it serves, and ${silent.name} never said that it sends there`;
  expect(moves.map((each) => `${each.status}: ${each.trouble}`)).toEqual(Array(2).fill(`moved: ${trouble}`));
  expect(moves.every(({ shard }) => target.threads.servingAt(shard).length === 1)).toBe(true);
});

test("a move whose target cannot read a shard ahead takes nothing from its source, and tells why", async () => {
  const move = await moving("preparing");
  const { rig, id, target, source } = move;
  const shard = firstShard(move);
  target.threads.unreadable.add(shard);
  await expectAllWell(move);
  const { status, state } = rig.operation(id);
  const { moves } = state as unknown as OperationState;
  expect([status, moves[0]?.trouble]).toEqual([
    "failed",
    `${target.name}, Prepare: shard ${shard} is damaged`,
  ]);
  expect(rig.owners.takeovers).not.toContain(`${shard} ${target.name}#1/lane-1`);
  expect(source.threads.servingAt(shard)).toHaveLength(1);
});

test("a move whose target cannot read a shard that it takes over is undone, and its source serves again", async () => {
  const move = await moving("finishing");
  const { rig, id, target, source } = move;
  const shard = firstShard(move);
  target.threads.unreadable.add(shard);
  await expectAllWell(move);
  const { status, state } = rig.operation(id);
  const { moves } = state as unknown as OperationState;
  expect([status, moves.map((each) => each.status)]).toEqual(["failed", ["undone", "undone"]]);
  expect(moves[0]?.trouble).toContain(`shard ${shard} `);
  expect(moves.map((each) => source.threads.servingAt(each.shard).length)).toEqual([1, 1]);
});

test("a source that cannot serve again for minutes keeps no operation, and has its shards once it can", async () => {
  const move = await moving("adopting", true);
  const { rig, id, source } = move;
  const adopt = source.threads.adopt.bind(source.threads);
  let isStuck = true;
  source.threads.adopt = (lane, shards) =>
    isStuck ? Promise.reject(new Error("its journal cannot be read")) : adopt(lane, shards);
  expect((await rig.ended(id)).status).toBe("cancelled");
  const free = rig.stored.placement.shards.findIndex((place) => place?.node === move.coordinator.name);
  const next = await rig.move([free], move.target.name);
  expect((await rig.ended(next)).status).toBe("done");
  isStuck = false;
  await rig.until("all shards serve", () => rig.allServe());
});
