import { describe, expect, test } from "bun:test";
import type { ShardPlace } from "../ports/placement-store.ts";
import { formatLanePlace, parseLanePlace } from "../routing/lane-place.ts";
import type { LivingLane, Plan, PlanBasis } from "./plan.ts";
import { planDrain, planMove, planOrphans, planRebalance } from "./planner.ts";

const NO_LIMIT = { loadMax: Number.POSITIVE_INFINITY };
const BALANCE = { helpShareMin: 0.05, differenceShareMax: 0.5, movesMax: 100 };

/** A lane of capacity 1 that takes shards. */
function lane(node: string, number = 0, rest: Partial<LivingLane> = {}): LivingLane {
  return { node, lane: number, capacity: 1, cordoned: false, ...rest };
}

/** Shards by where they are: `a/lane-0`, pinned with a `!` behind it, or nowhere. */
function basis(
  places: readonly string[],
  lanes: readonly LivingLane[],
  costs?: readonly number[],
): PlanBasis {
  const shards = places.map((text): ShardPlace | undefined => {
    const place = parseLanePlace(text.replace("!", ""));
    return place && { ...place, pinned: text.endsWith("!") };
  });
  return { placement: { version: 812, shards }, lanes, ...(costs && { costs }) };
}

/** Moves as `shard to`, and skipped shards as `shard REASON`. */
function short({ moves, skipped }: Plan): readonly string[] {
  return [
    ...moves.map(({ shard, to }) => `${shard} ${formatLanePlace(to)}`),
    ...skipped.map(({ shard, reason }) => `${shard} ${reason}`),
  ];
}

describe("fail-over", () => {
  test("spreads the shards of a node that is gone over those that live, pinned ones too, and leaves the rest", () => {
    const plan = planOrphans(
      basis(["x/lane-0", "x/lane-1!", "a/lane-0", "", "b/lane-0"], [lane("a"), lane("b")]),
    );
    expect(short(plan)).toEqual(["0 a/lane-0", "1 b/lane-0", "3 a/lane-0"]);
    expect(plan.moves.map(({ pinned, reason }) => [pinned, reason])).toEqual([
      [false, "orphan"],
      [true, "orphan"],
      [false, "orphan"],
    ]);
    expect(plan.moves[0]).toMatchObject({
      from: { node: "x", lane: 0 },
      source: undefined,
      target: { before: 1, after: 2 },
    });
    expect(plan.moves[2]?.from).toBeUndefined();
    expect(plan.placementVersion).toBe(812);
  });

  test("a lane that its node no longer has leaves orphans as a node does", () => {
    expect(short(planOrphans(basis(["a/lane-3", "a/lane-0"], [lane("a")])))).toEqual(["0 a/lane-0"]);
  });

  test("the costliest shards go first, each to the lane with most room for its capacity", () => {
    const lanes = [lane("a"), lane("b", 0, { capacity: 3 })];
    const plan = planOrphans(basis(["", "", "", ""], lanes, [1, 6, 2, 3]));
    expect(short(plan)).toEqual(["1 b/lane-0", "3 b/lane-0", "2 a/lane-0", "0 a/lane-0"]);
  });

  test("shards without any work are spread by their number", () => {
    const plan = planOrphans(basis(["", "", "", ""], [lane("a"), lane("b")], [0, 0, 0, 0]));
    expect(short(plan)).toEqual(["0 a/lane-0", "1 b/lane-0", "2 a/lane-0", "3 b/lane-0"]);
  });

  test("nobody takes them when every node is cordoned, or none lives", () => {
    const places = ["x/lane-0", "a/lane-0"];
    expect(short(planOrphans(basis(places, [lane("a", 0, { cordoned: true })])))).toEqual(["0 NO_CAPACITY"]);
    expect(short(planOrphans(basis(places, [])))).toEqual(["0 NO_CAPACITY", "1 NO_CAPACITY"]);
  });
});

describe("a drain", () => {
  test("takes everything from the node but what is pinned, and gives nothing to a cordoned one", () => {
    const lanes = [lane("a"), lane("a", 1), lane("b"), lane("c", 0, { cordoned: true })];
    const plan = planDrain(basis(["a/lane-0", "a/lane-1!", "a/lane-1", "b/lane-0"], lanes), "a", NO_LIMIT);
    expect(short(plan)).toEqual(["0 b/lane-0", "2 b/lane-0", "1 PINNED"]);
    expect(plan.moves[1]).toEqual({
      shard: 2,
      from: { node: "a", lane: 1 },
      to: { node: "b", lane: 0 },
      reason: "drain",
      pinned: false,
      source: { before: 2, after: 1 },
      target: { before: 2, after: 3 },
    });
    expect(plan.skipped[0]?.at).toEqual({ node: "a", lane: 1 });
  });

  test("fills no lane over its bound: what fits nowhere stays, and says so", () => {
    const lanes = [lane("a"), lane("b"), lane("c", 0, { capacity: 2 })];
    const places = ["a/lane-0", "a/lane-0", "a/lane-0", "b/lane-0"];
    const plan = planDrain(basis(places, lanes, [0.5, 0.4, 0.9, 0.7]), "a", { loadMax: 0.8 });
    expect(short(plan)).toEqual(["2 c/lane-0", "0 c/lane-0", "1 NO_CAPACITY"]);
  });

  test("of a node that has nothing, or does not live, is empty", () => {
    const cluster = basis(["b/lane-0", "x/lane-0"], [lane("a"), lane("b")]);
    expect([short(planDrain(cluster, "a", NO_LIMIT)), short(planDrain(cluster, "x", NO_LIMIT))]).toEqual([
      [],
      [],
    ]);
  });
});

describe("a move that somebody asks for", () => {
  const lanes = [lane("a"), lane("b"), lane("b", 1), lane("c", 0, { cordoned: true })];

  test("goes where it is asked to go, and pins, though it was pinned elsewhere", () => {
    const plan = planMove(
      basis(["a/lane-0!", "a/lane-0"], lanes),
      [1, 0, 1],
      { node: "b", lane: 1 },
      NO_LIMIT,
    );
    expect(short(plan)).toEqual(["0 b/lane-1", "1 b/lane-1"]);
    expect(plan.moves.every(({ pinned, reason }) => pinned && reason === "asked")).toBe(true);
  });

  test("to a node goes to whichever of its lanes has most room", () => {
    const places = ["a/lane-0", "a/lane-0", "a/lane-0", "b/lane-0"];
    expect(short(planMove(basis(places, lanes), [0, 1, 2], { node: "b" }, NO_LIMIT))).toEqual([
      "0 b/lane-1",
      "1 b/lane-0",
      "2 b/lane-1",
    ]);
  });

  test("says of each shard why it stays", () => {
    const cluster = basis(["a/lane-0", "b/lane-0", "c/lane-0"], lanes);
    const to = (shards: readonly number[], node: string, number?: number, loadMax = 10) =>
      short(planMove(cluster, shards, number === undefined ? { node } : { node, lane: number }, { loadMax }));
    expect(to([0, 3, -1], "a", 0)).toEqual(["0 PINNED_IN_PLACE", "-1 NO_SUCH_SHARD", "3 NO_SUCH_SHARD"]);
    expect(to([1], "b")).toEqual(["1 PINNED_IN_PLACE"]);
    const pinned = basis(["a/lane-0!"], lanes);
    expect(short(planMove(pinned, [0], { node: "a" }, NO_LIMIT))).toEqual(["0 SAME_PLACE"]);
    expect(to([1], "b", 2)).toEqual(["1 NO_SUCH_LANE"]);
    expect(to([1], "x")).toEqual(["1 NO_SUCH_LANE"]);
    expect(to([0, 2], "c")).toEqual(["0 CORDONED", "2 PINNED_IN_PLACE"]);
    expect(to([1], "a", 0, 1.5)).toEqual(["1 NO_CAPACITY"]);
  });
});

describe("a rebalance", () => {
  test("gives a new node its share, and nothing moves between the others", () => {
    const places = Array.from({ length: 12 }, (_, shard) => `${shard % 2 ? "a" : "b"}/lane-0`);
    const plan = planRebalance(basis(places, [lane("a"), lane("b"), lane("c")]), BALANCE);
    expect(plan.moves.map(({ from, to }) => `${from?.node} ${to.node}`)).toEqual([
      "a c",
      "b c",
      "a c",
      "b c",
    ]);
    expect(plan.moves.at(-1)).toMatchObject({
      source: { before: 5, after: 4 },
      target: { before: 3, after: 4 },
    });
  });

  test("one move is enough where one shard does it", () => {
    const places = Array.from({ length: 6 }, () => "a/lane-0");
    const plan = planRebalance(basis(places, [lane("a"), lane("b")], [1, 1, 1, 1, 1, 5]), BALANCE);
    expect(short(plan)).toEqual(["5 b/lane-0"]);
  });

  test("a move that would help little is not made", () => {
    const places = ["a/lane-0", "a/lane-0", "b/lane-0"];
    const cluster = basis(places, [lane("a"), lane("b")], [1, 0.1, 1]);
    expect(short(planRebalance(cluster, { ...BALANCE, helpShareMin: 0.1 }))).toEqual([]);
    expect(short(planRebalance(cluster, { ...BALANCE, helpShareMin: 0.01 }))).toEqual([]);
    const larger = basis(["a/lane-0", "a/lane-0", "b/lane-0"], [lane("a"), lane("b")], [1, 0.1, 0.8]);
    expect(short(planRebalance(larger, { ...BALANCE, helpShareMin: 0.2 }))).toEqual([]);
    expect(short(planRebalance(larger, { ...BALANCE, helpShareMin: 0.05 }))).toEqual(["1 b/lane-0"]);
  });

  test("pinned shards stay, and are named where they are in the way", () => {
    const places = ["a/lane-0!", "a/lane-0!", "a/lane-0!", "a/lane-0", "b/lane-0!"];
    const plan = planRebalance(basis(places, [lane("a"), lane("b"), lane("c")]), BALANCE);
    expect(short(plan)).toEqual(["3 c/lane-0", "0 PINNED", "1 PINNED", "2 PINNED"]);
  });

  test("cordoned nodes take nothing, and may give", () => {
    const places = ["a/lane-0", "a/lane-0", "a/lane-0", "a/lane-0", "b/lane-0", "b/lane-0"];
    const lanes = [lane("a", 0, { cordoned: true }), lane("b"), lane("c", 0, { cordoned: true })];
    expect(short(planRebalance(basis(places, lanes), BALANCE))).toEqual(["0 b/lane-0"]);
  });

  test("makes no more moves than it may, the most useful ones", () => {
    const places = Array.from({ length: 9 }, () => "a/lane-0");
    const plan = planRebalance(basis(places, [lane("a"), lane("b")], [1, 1, 1, 1, 1, 1, 1, 4, 1]), {
      ...BALANCE,
      movesMax: 1,
    });
    expect(short(plan)).toEqual(["7 b/lane-0"]);
  });

  test("shards of which there are many are balanced, however little each of them helps", () => {
    const places = Array.from({ length: 1_000 }, () => "a/lane-0");
    const limits = { helpShareMin: 0.01, differenceShareMax: 0.05, movesMax: Number.POSITIVE_INFINITY };
    const moves = planRebalance(basis(places, [lane("a"), lane("b")]), limits).moves.length;
    // Until what is left of the difference is not worth so many pauses.
    expect(moves).toBeGreaterThanOrEqual(475);
    expect(moves).toBeLessThanOrEqual(500);
  });
});

describe("idle shards", () => {
  const costs = [0.3, 0.29, 0, 0, 0, 0, 0, 0];

  test("are spread over lanes, and do not gather where a little less is done; loads are costs all the same", () => {
    const places = ["a/lane-0", "b/lane-0", ...Array.from({ length: 6 }, () => "gone/lane-0")];
    const cluster = { ...basis(places, [lane("a"), lane("b")], costs), idleCost: 0.02 };
    const { moves } = planOrphans(cluster);
    expect(moves.filter(({ to }) => to.node === "a")).toHaveLength(3);
    expect(moves.at(-1)?.target).toEqual({ before: expect.closeTo(0.3, 5), after: expect.closeTo(0.3, 5) });
  });

  test("do not fill a lane", () => {
    const places = ["a/lane-0", "b/lane-0", ...Array.from({ length: 6 }, () => "b/lane-0")];
    const cluster = { ...basis(places, [lane("a"), lane("b")], costs), idleCost: 0.5 };
    const plan = planDrain(cluster, "b", { loadMax: 0.6 });
    expect([plan.moves.length, plan.skipped]).toEqual([7, []]);
    expect(planDrain(cluster, "b", { loadMax: 0.5 }).skipped.map(({ shard }) => shard)).toEqual([1]);
  });
});
