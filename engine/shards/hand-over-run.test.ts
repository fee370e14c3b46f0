import { expect, test } from "bun:test";
import { ManualClock } from "../testing/manual-clock.ts";
import { HandOverRun } from "./hand-over-run.ts";
import type { LaneMove } from "./lane-move.ts";
import type { NodeOrder, OrderDone } from "./node-order.ts";
import type { NodeOrders } from "./node-orders.ts";
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
  const answers: (() => void)[] = [];
  const orders = {
    give: (_node: string, order: NodeOrder) => {
      given.push(order.type);
      return new Promise<OrderDone>((resolve) => answers.push(() => resolve({ type: "Done", heldMs: 0 })));
    },
  } as unknown as NodeOrders;
  const placement = { version: 1, shards: [{ ...FROM, pinned: false }] };
  const desk = { placement, news: { version: 1, since: 1, changes: [] } } as unknown as PlacementDesk;
  const termOver = (): void => undefined;
  const run = new HandOverRun(MOVE, [], false, { desk, orders, clock, limits: LIMITS, turns, termOver });
  const answerAll = async (): Promise<void> => {
    for (const answer of answers.splice(0)) answer();
    await clock.settle();
  };
  return { clock, turns, given, run, answerAll };
}

for (const how of ["cancelled", "too late", "stopped"] as const) {
  test(`a move whose target answers after it was ${how} leaves the next one its turn`, async () => {
    const { clock, turns, given, run, answerAll } = setUp();
    await clock.settle();
    expect(given).toEqual(["Prepare"]);
    if (how === "cancelled") run.cancel();
    else if (how === "stopped") run.stop();
    else await clock.advance(LIMITS.prepareMs);
    expect(run.phase).toBe(how === "stopped" ? "preparing" : "cancelled");
    await answerAll();
    const next = {};
    let hasTurn = false;
    void turns.pause(next).then(() => (hasTurn = true));
    await clock.settle();
    expect([hasTurn, given]).toEqual([true, ["Prepare"]]);
  });
}
