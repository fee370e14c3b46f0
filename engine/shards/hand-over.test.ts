import { expect, test } from "bun:test";
import {
  advanceHandOver,
  beginHandOver,
  isOver,
  resumeHandOver,
  type HandOver,
  type HandOverInput,
  type HandOverOrder,
  type HandOverStep,
} from "./hand-over.ts";

const LIMITS = { prepareMs: 1_000, pausedMs: 100 };
const ROUTERS = ["g1", "g2"];

const begin = (): HandOverStep => beginHandOver(ROUTERS, 0, LIMITS);

function advance({ handOver }: HandOverStep, ...inputs: readonly HandOverInput[]): HandOverStep {
  return inputs.reduce<HandOverStep>((step, input) => advanceHandOver(step.handOver, input, 0, LIMITS), {
    handOver,
    orders: [],
  });
}

/** The move after these inputs, all of them at one moment. */
const after = (...inputs: readonly HandOverInput[]): HandOverStep => advance(begin(), ...inputs);

const PLACED: readonly HandOverInput[] = [{ type: "Prepared" }, { type: "Placed", at: "target" }];
const FINISHED: readonly HandOverInput[] = [...PLACED, { type: "Finished" }];
const ADOPTED: readonly HandOverInput[] = [...FINISHED, { type: "Adopted" }];
const lost = (end: "source" | "target"): HandOverInput => ({ type: "Lost", end });

/** Inputs that answer an order. */
function reportOf(order: HandOverOrder): HandOverInput {
  switch (order.type) {
    case "Prepare":
      return { type: "Prepared" };
    case "Buffer":
      return { type: "Buffering", router: order.router };
    case "Finish":
      return { type: "Finished" };
    case "Place":
      return { type: "Placed", at: order.at };
    case "Adopt":
      return { type: "Adopted" };
    case "Return":
      return { type: "Returned" };
    case "Forget":
      throw new Error("nobody reports that it has forgotten");
    case "Release":
      return { type: "Released", router: order.router };
  }
}

/** Everybody does what is asked until the move is over: the phases that it goes through. */
function play(step: HandOverStep): { readonly phases: readonly string[]; readonly handOver: HandOver } {
  const phases: string[] = [];
  let { handOver, orders } = step;
  for (let round = 0; round < 20 && !isOver(handOver); round += 1) {
    phases.push(handOver.phase);
    const steps = orders.map((order) => {
      const next = advanceHandOver(handOver, reportOf(order), 0, LIMITS);
      ({ handOver } = next);
      return next;
    });
    orders = steps.flatMap((next) => next.orders);
  }
  return { phases, handOver };
}

test("a move goes through all its phases, each when everybody has done its part, and ends with the target", () => {
  const { phases, handOver } = play(begin());
  expect(phases).toEqual(["preparing", "placing", "finishing", "adopting", "releasing"]);
  expect([handOver.phase, handOver.owner]).toEqual(["done", "target"]);
});

test("the placement is written before anybody waits, then routers and source are asked at once", () => {
  const placing = after({ type: "Prepared" });
  expect([placing.handOver.phase, placing.orders]).toEqual(["placing", [{ type: "Place", at: "target" }]]);
  const { handOver, orders } = after(...PLACED);
  expect(handOver.phase).toBe("finishing");
  expect(orders.map(({ type }) => type)).toEqual(["Finish", "Buffer", "Buffer"]);
});

test("a router that is slow to keep what comes keeps no shard from its target", () => {
  const one = after(...PLACED, { type: "Buffering", router: "g1" });
  expect([one.handOver.phase, one.orders]).toEqual(["finishing", []]);
  expect(advance(one, { type: "Finished" }).orders).toEqual([{ type: "Adopt" }]);
});

test("a report that comes twice, late, early or from a stranger changes nothing", () => {
  const adopted = after(...ADOPTED);
  const late: readonly HandOverInput[] = [
    ...ADOPTED,
    { type: "Returned" },
    { type: "Placed", at: "source" },
    { type: "Buffering", router: "g3" },
  ];
  for (const input of late) {
    const again = advanceHandOver(adopted.handOver, input, 5, LIMITS);
    expect(again).toEqual({ handOver: adopted.handOver, orders: [] });
  }
  const early = after({ type: "Adopted" }, { type: "Finished" }, { type: "Released", router: "g1" });
  expect(early.handOver).toEqual(begin().handOver);
  const stranger = after(...ADOPTED, { type: "Released", router: "g3" });
  expect(stranger.handOver).toEqual(adopted.handOver);
});

test("a tick asks again for what has not been reported, and for nothing else", () => {
  const step = after(...PLACED, { type: "Buffering", router: "g2" }, { type: "Tick" });
  expect(step.orders).toEqual([{ type: "Finish" }, { type: "Buffer", router: "g1" }]);
});

test("a target that is not prepared in time ends the move before anybody waits", () => {
  const { handOver } = begin();
  const early = advanceHandOver(handOver, { type: "Tick" }, LIMITS.prepareMs - 1, LIMITS);
  expect(early.handOver.phase).toBe("preparing");
  const late = advanceHandOver(handOver, { type: "Tick" }, LIMITS.prepareMs, LIMITS);
  expect([late.handOver.phase, late.handOver.owner]).toEqual(["cancelled", "source"]);
});

test("a move that ends before the placement was written has its target forget what it has read, and waits for nothing", () => {
  const { handOver } = begin();
  const late = advanceHandOver(handOver, { type: "Tick" }, LIMITS.prepareMs, LIMITS);
  for (const { handOver: ended, orders } of [late, after({ type: "Cancel" })])
    expect([ended.phase, orders]).toEqual(["cancelled", [{ type: "Forget" }]]);
  // Nobody is there who could.
  expect(after(lost("target")).orders).toEqual([]);
});

test.each([
  [1, ["placingBack", "returning", "releasing"]],
  [2, ["placingBack", "returning", "releasing"]],
  [3, ["placingBack", "returning", "releasing"]],
])(
  "a move is undone by a source that serves again, and by a placement if one may have been written (%d)",
  (count, expected) => {
    const overdue = advanceHandOver(
      after(...ADOPTED.slice(0, count)).handOver,
      { type: "Tick" },
      LIMITS.pausedMs,
      LIMITS,
    );
    for (const step of [overdue, after(...ADOPTED.slice(0, count), { type: "Cancel" })]) {
      const { phases, handOver } = play(step);
      expect(phases).toEqual(expected);
      expect([handOver.phase, handOver.owner]).toEqual(["cancelled", "source"]);
    }
  },
);

test("what the target reports after the move was undone does not make it the owner", () => {
  const undone = after(
    ...FINISHED,
    { type: "Cancel" },
    { type: "Adopted" },
    { type: "Placed", at: "target" },
  );
  expect([undone.handOver.phase, undone.handOver.owner]).toEqual(["placingBack", "source"]);
});

test("a move whose target serves cannot be cancelled, and routers are told until they know", () => {
  const adopted = after(...ADOPTED);
  expect(advance(adopted, { type: "Cancel" }).handOver).toEqual(adopted.handOver);
  const overdue = advanceHandOver(adopted.handOver, { type: "Tick" }, 1_000_000, LIMITS);
  expect(overdue.orders.map(({ type }) => type)).toEqual(["Release", "Release"]);
});

test("every phase of clients' waiting has its own deadline", () => {
  let step: HandOverStep = begin();
  const deadlines: number[] = [];
  for (const [index, input] of ADOPTED.entries()) {
    step = advanceHandOver(step.handOver, input, index * 10, LIMITS);
    deadlines.push(step.handOver.deadlineAtMs);
  }
  expect(deadlines).toEqual([100, 110, 120, 130]);
});

test.each([0, 1, 2, 3])("a move without its source goes on to the target (%d)", (count) => {
  const { phases, handOver } = play(
    advance(after(...ADOPTED.slice(0, count), lost("source")), { type: "Tick" }),
  );
  expect(phases).toEqual(count < 2 ? ["placing", "adopting", "releasing"] : ["adopting", "releasing"]);
  expect([handOver.phase, handOver.owner]).toEqual(["done", "target"]);
});

test.each([
  [0, []],
  [1, ["placingBack", "returning", "releasing"]],
  [2, ["placingBack", "returning", "releasing"]],
  [3, ["placingBack", "returning", "releasing"]],
])("a move without its target goes back to the source (%d)", (count, expected) => {
  const { phases, handOver } = play(after(...ADOPTED.slice(0, count), lost("target")));
  expect(phases).toEqual(expected);
  expect([handOver.phase, handOver.owner]).toEqual(["cancelled", "source"]);
});

test("a move that goes back and loses its source turns round, unless the target is gone too", () => {
  const returning = after(...PLACED, { type: "Cancel" }, { type: "Placed", at: "source" });
  expect(advance(returning, lost("source")).orders).toEqual([{ type: "Place", at: "target" }]);
  const both = advance(returning, lost("target"), lost("source"));
  expect(both.orders.map(({ type }) => type)).toEqual(["Release", "Release"]);
});

test("a target that takes too long has no way back once the source is gone: the placement is there", () => {
  const adopting = after(...FINISHED, lost("source"));
  const late = advanceHandOver(adopting.handOver, { type: "Tick" }, LIMITS.pausedMs, LIMITS);
  expect([late.handOver.phase, late.handOver.owner]).toEqual(["releasing", "target"]);
});

test("nobody waits for a router that is gone", () => {
  const none = advance(begin(), { type: "RouterLost", router: "g1" }, { type: "RouterLost", router: "g2" });
  expect(play(advance(none, { type: "Prepared" })).handOver.phase).toBe("done");
  const releasing = after(...ADOPTED, { type: "Released", router: "g2" });
  expect(advance(releasing, { type: "RouterLost", router: "g1" }).handOver.phase).toBe("done");
});

test("a move of somebody else goes on at its target once its source has stopped, or goes back to its source", () => {
  const forth = play(resumeHandOver(ROUTERS, "target", 0, LIMITS));
  expect(forth.phases).toEqual(["finishing", "adopting", "releasing"]);
  const back = play(resumeHandOver(ROUTERS, "source", 0, LIMITS));
  expect(back.phases).toEqual(["returning", "releasing"]);
});

test("without its source a move asks for the placement until it is written, also past its deadline", () => {
  const begun = resumeHandOver([], "source", 0, LIMITS);
  const { handOver } = advanceHandOver(begun.handOver, { type: "Lost", end: "source" }, 0, LIMITS);
  expect(handOver.phase).toBe("placing");
  const late = advanceHandOver(handOver, { type: "Tick" }, handOver.deadlineAtMs, LIMITS);
  expect(late.orders).toEqual([{ type: "Place", at: "target" }]);
});

test("a source that does not come back in time does not keep the move: the placement tells it what to do", () => {
  const { handOver } = resumeHandOver(ROUTERS, "source", 0, LIMITS);
  const early = advanceHandOver(handOver, { type: "Tick" }, LIMITS.pausedMs - 1, LIMITS);
  expect([early.handOver.phase, early.orders]).toEqual(["returning", [{ type: "Return" }]]);
  const late = advanceHandOver(handOver, { type: "Tick" }, LIMITS.pausedMs, LIMITS);
  expect([late.handOver.phase, late.handOver.owner]).toEqual(["releasing", "source"]);
  expect(play(late).handOver.phase).toBe("cancelled");
});
