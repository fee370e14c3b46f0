import { expect, test } from "bun:test";
import { RequestFault, type RequestFaultReason } from "../ports/bus.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { HandOverRun } from "./hand-over-run.ts";
import type { LaneMove } from "./lane-move.ts";
import type { NodeOrder, OrderDone } from "./node-order.ts";
import { OrderFailed, type NodeOrders } from "./node-orders.ts";
import { PauseTurns } from "./pause-turns.ts";
import type { PlacementDesk } from "./placement-desk.ts";

const [FROM, TO] = [
  { node: "node-a", lane: 0 },
  { node: "node-b", lane: 0 },
];
const MOVE: LaneMove = {
  number: 1,
  shards: [0],
  from: FROM,
  to: TO,
  pinned: false,
  reason: "asked",
  askedBy: "anna",
};
const LIMITS = { prepareMs: 5_000, pausedMs: 1_000, repeatMs: 100, answerMs: 60_000, releaseMs: 5_000 };

/** A move that waits for the answer to each of its orders. */
function setUp() {
  const clock = new ManualClock();
  const turns = new PauseTurns();
  const given: NodeOrder["type"][] = [];
  const waiting: PromiseWithResolvers<OrderDone>[] = [];
  const orders = {
    give: (_node: string, order: NodeOrder) => {
      given.push(order.type);
      const answer = Promise.withResolvers<OrderDone>();
      waiting.push(answer);
      return answer.promise;
    },
  } as unknown as NodeOrders;
  const placement = { version: 1, shards: [{ ...FROM, pinned: false }] };
  /** Writes of the placement, which end when they are told to. */
  const written = Promise.withResolvers<void>();
  const desk = {
    placement,
    news: { version: 1, since: 1, changes: [] },
    change: () => written.promise,
    announce: () => undefined,
  } as unknown as PlacementDesk;
  const termOver = (): void => undefined;
  const run = new HandOverRun(MOVE, [], false, { desk, orders, clock, limits: LIMITS, turns, termOver });
  const answerAll = async (): Promise<void> => {
    for (const { resolve } of waiting.splice(0)) resolve({ type: "Done", heldMs: 0 });
    await clock.settle();
  };
  const failAll = async (reason: RequestFaultReason): Promise<void> => {
    const cause = new RequestFault(reason, "no answer");
    for (const { reject } of waiting.splice(0))
      reject(new OrderFailed(`node-b, Prepare: ${reason}`, false, { cause }));
    await clock.settle();
  };
  /** Whether another move could have clients wait. */
  const isFree = async (): Promise<boolean> => {
    const next = {};
    let hasTurn = false;
    void turns.pause(next).then(() => (hasTurn = true));
    await clock.settle();
    turns.end(next);
    return hasTurn;
  };
  return { clock, given, run, written, answerAll, failAll, isFree };
}

for (const how of ["cancelled", "too late", "stopped"] as const) {
  test(`a move whose target answers after it was ${how} leaves the next one its turn`, async () => {
    const { clock, given, run, answerAll, isFree } = setUp();
    await clock.settle();
    expect(given).toEqual(["Prepare"]);
    if (how === "cancelled") run.cancel();
    else if (how === "stopped") run.stop();
    else await clock.advance(LIMITS.prepareMs);
    expect(run.phase).toBe(how === "stopped" ? "preparing" : "cancelled");
    await answerAll();
    const forgotten = how === "stopped" ? [] : ["LetGo" as const];
    expect([await isFree(), given]).toEqual([true, ["Prepare", ...forgotten]]);
  });
}

test("a move that ends before the placement was written does not wait until its target has forgotten it", async () => {
  const { clock, given, run, failAll } = setUp();
  await clock.settle();
  run.cancel();
  expect(await run.ended).toMatchObject({ owner: "source", trouble: undefined });
  await failAll("late");
  await clock.advance(LIMITS.prepareMs);
  expect(given).toEqual(["Prepare", "LetGo"]);
});

test("so does one that is undone while the placement is being written", async () => {
  const { clock, given, run, written, answerAll } = setUp();
  await clock.settle();
  await answerAll();
  await answerAll();
  expect([run.phase, given]).toEqual(["placing", ["Prepare", "Prepare"]]);
  run.cancel();
  await clock.settle();
  expect([run.phase, given]).toEqual(["placingBack", ["Prepare", "Prepare", "LetGo"]]);
  written.resolve();
  await clock.settle();
  expect(run.phase).toBe("returning");
});

test("while a target reads for longer than its answer is waited for, it is named, and no other move has clients wait", async () => {
  const { clock, given, run, answerAll, failAll, isFree } = setUp();
  await clock.settle();
  await failAll("late");
  expect([given, run.phase, run.trouble]).toEqual([
    ["Prepare", "Prepare"],
    "preparing",
    "node-b, Prepare: late",
  ]);
  expect(await isFree()).toBe(false);
  await answerAll();
  // It has the turn in which it has clients wait, and its target reads what has come since.
  expect([given.length, await isFree()]).toEqual([3, false]);
  run.cancel();
  expect(await isFree()).toBe(true);
});

test("a target whose read hangs keeps no other move waiting for long", async () => {
  const { clock, given, failAll, isFree } = setUp();
  await clock.settle();
  for (let late = 1; late < 4; late += 1) await failAll("late");
  expect(await isFree()).toBe(false);
  await failAll("late");
  expect([await isFree(), given.length]).toEqual([true, 4]);
});

test("a target that is not there to read keeps no other move waiting", async () => {
  const { clock, given, failAll, isFree } = setUp();
  await clock.settle();
  await failAll("nobody");
  expect([await isFree(), given]).toEqual([true, ["Prepare"]]);
});

test("a move ends in time also when the clock was set back", async () => {
  const { clock, run } = setUp();
  await clock.advance(LIMITS.repeatMs);
  clock.setBack(3_600_000);
  await clock.advance(LIMITS.prepareMs);
  expect(run.phase).toBe("cancelled");
});
