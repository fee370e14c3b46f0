import { expect, test } from "bun:test";
import {
  advanceHandOver,
  beginHandOver,
  isOver,
  type HandOver,
  type HandOverInput,
  type HandOverOrder,
  type HandOverStep,
} from "./hand-over.ts";

const LIMITS = { prepareMs: 1_000, pausedMs: 100 };
const MOVE = { number: 7, shards: [3], source: "a", target: "b", routers: ["g1", "g2"] };

const begin = (): HandOverStep => beginHandOver(MOVE, 0, LIMITS);

/** The move after these inputs, all of them at one moment. */
function after(inputs: readonly HandOverInput[], nowMs = 0): HandOverStep {
  return inputs.reduce((step, input) => advanceHandOver(step.handOver, input, nowMs, LIMITS), begin());
}

const BUFFERED: readonly HandOverInput[] = [
  { type: "Prepared" },
  { type: "Buffering", router: "g1" },
  { type: "Buffering", router: "g2" },
];
const OPENED: readonly HandOverInput[] = [
  ...BUFFERED,
  { type: "Finished" },
  { type: "EpochRaised" },
  { type: "Replayed" },
  { type: "Opened" },
];

/** Inputs that answer an order. */
function reportOf(order: HandOverOrder): HandOverInput {
  switch (order.type) {
    case "Prepare":
      return { type: "Prepared" };
    case "Buffer":
      return { type: "Buffering", router: order.router };
    case "Finish":
      return { type: "Finished" };
    case "RaiseEpoch":
      return { type: "EpochRaised" };
    case "Replay":
      return { type: "Replayed" };
    case "Open":
      return { type: "Opened" };
    case "Return":
      return { type: "Returned" };
    case "Release":
      return { type: "Released", router: order.router };
  }
}

test("a move goes through all its phases, each when everybody has done its part, and ends with the target", () => {
  const phases: string[] = [];
  let { handOver, orders } = begin();
  for (let round = 0; round < 20 && !isOver(handOver); round += 1) {
    phases.push(handOver.phase);
    for (const order of orders)
      ({ handOver, orders } = advanceHandOver(handOver, reportOf(order), 0, LIMITS));
  }
  expect(phases).toEqual([
    "preparing",
    "buffering",
    "finishing",
    "raisingEpoch",
    "replaying",
    "opening",
    "releasing",
  ]);
  expect([handOver.phase, handOver.owner]).toEqual(["done", "b"]);
});

test("the source is not asked to finish before every router buffers", () => {
  const one = after([{ type: "Prepared" }, { type: "Buffering", router: "g1" }]);
  expect([one.handOver.phase, one.orders]).toEqual(["buffering", []]);
  expect(after(BUFFERED).orders).toEqual([{ type: "Finish", source: "a" }]);
});

test("a report that comes twice, late, early or from a stranger changes nothing", () => {
  const opened = after(OPENED);
  for (const input of [...OPENED, { type: "Returned" }, { type: "Buffering", router: "g3" }] as const) {
    const again = advanceHandOver(opened.handOver, input, 5, LIMITS);
    expect(again).toEqual({ handOver: opened.handOver, orders: [] });
  }
  const early = after([{ type: "Opened" }, { type: "Finished" }, { type: "Released", router: "g1" }]);
  expect(early.handOver).toEqual(begin().handOver);
  const stranger = after([...OPENED, { type: "Released", router: "g3" }]);
  expect(stranger.handOver).toEqual(opened.handOver);
});

test("a tick asks again for what has not been reported, and for nothing else", () => {
  const step = after([{ type: "Prepared" }, { type: "Buffering", router: "g2" }, { type: "Tick" }]);
  expect(step.orders).toEqual([{ type: "Buffer", router: "g1" }]);
});

test("a target that is not prepared in time ends the move before anybody waits", () => {
  const { handOver } = begin();
  const early = advanceHandOver(handOver, { type: "Tick" }, LIMITS.prepareMs - 1, LIMITS);
  expect(early.handOver.phase).toBe("preparing");
  const late = advanceHandOver(handOver, { type: "Tick" }, LIMITS.prepareMs, LIMITS);
  expect([late.handOver.phase, late.handOver.owner, late.orders]).toEqual(["cancelled", "a", []]);
});

test("routers that do not buffer in time send on to the source, which has never stopped", () => {
  const buffering = after([{ type: "Prepared" }]);
  const late = advanceHandOver(buffering.handOver, { type: "Tick" }, LIMITS.pausedMs, LIMITS);
  expect(late.orders).toEqual([
    { type: "Release", router: "g1", owner: "a" },
    { type: "Release", router: "g2", owner: "a" },
  ]);
});

test.each([3, 4, 5, 6])(
  "once the source may have stopped, undoing lets it take the shards over (%d)",
  (count) => {
    const stopped = after(OPENED.slice(0, count));
    const undone = advanceHandOver(stopped.handOver, { type: "Cancel" }, 0, LIMITS);
    expect(undone.orders).toEqual([{ type: "Return", source: "a" }]);
    const returned = advanceHandOver(undone.handOver, { type: "Returned" }, 0, LIMITS);
    expect([returned.handOver.phase, returned.handOver.owner]).toEqual(["releasing", "a"]);
  },
);

test("what the target reports after the move was undone does not make it the owner", () => {
  const undone = after([...OPENED.slice(0, 6), { type: "Cancel" }, { type: "Opened" }]);
  expect([undone.handOver.phase, undone.handOver.owner]).toEqual(["returning", "a"]);
});

test("a move whose target has opened cannot be cancelled, and routers are told until they know", () => {
  const opened = after(OPENED);
  const cancelled = advanceHandOver(opened.handOver, { type: "Cancel" }, 0, LIMITS);
  expect(cancelled.handOver).toEqual(opened.handOver);
  const overdue = advanceHandOver(opened.handOver, { type: "Tick" }, 1_000_000, LIMITS);
  expect(overdue.orders.map(({ type }) => type)).toEqual(["Release", "Release"]);
});

test("every phase of clients' waiting has its own deadline", () => {
  let step: HandOverStep = begin();
  const deadlines: number[] = [];
  for (const [index, input] of OPENED.entries()) {
    step = advanceHandOver(step.handOver, input, index * 10, LIMITS);
    deadlines.push(step.handOver.deadlineAtMs);
  }
  expect(deadlines).toEqual([100, 100, 120, 130, 140, 150, 160]);
});

test("a stored move goes on where it was", () => {
  const stored = JSON.parse(JSON.stringify(after(BUFFERED).handOver)) as HandOver;
  expect(advanceHandOver(stored, { type: "Finished" }, 0, LIMITS).handOver.phase).toBe("raisingEpoch");
});
