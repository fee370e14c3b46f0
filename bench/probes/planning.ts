/**
 * How long plans take for a large cluster: CPU of one plan of each kind, and how many moves it has.
 * Run: bun bench/probes/planning.ts
 */
import { Generator } from "../../engine/contract/testing/generator.ts";
import type { LivingLane, Plan, PlanBasis } from "../../engine/shards/plan.ts";
import { planDrain, planMove, planOrphans, planRebalance } from "../../engine/shards/planner.ts";
import { printTable } from "./table.ts";

const SHARDS = 4_096;
const NODES = 64;
const LANES_PER_NODE = 4;
const COST_MAX = 1_000;
const ROUNDS = 7;
const ROUNDS_OF_WARM_UP = 2;
const BALANCE = { helpShareMin: 0.05, differenceShareMax: Number.POSITIVE_INFINITY, movesMax: SHARDS };
const NO_LIMIT = { loadMax: Number.POSITIVE_INFINITY };

const lanes: readonly LivingLane[] = Array.from({ length: NODES * LANES_PER_NODE }, (_, number) => ({
  node: `node-${Math.floor(number / LANES_PER_NODE)}`,
  lane: number % LANES_PER_NODE,
  capacity: 1,
  cordoned: false,
}));
const generator = new Generator(1);
const costs = Array.from({ length: SHARDS }, () => generator.between(1, COST_MAX));

/** A cluster whose shards are spread over the first nodes. */
function spreadOver(nodes: number, shardCosts: readonly number[] = costs): PlanBasis {
  const shards = shardCosts.map((_, shard) => {
    const { node, lane } = lanes[shard % (nodes * LANES_PER_NODE)] as LivingLane;
    return { node, lane, pinned: false };
  });
  return { placement: { version: 1, shards }, lanes, costs: shardCosts };
}

const everywhere = spreadOver(NODES);
const alike = costs.map(() => 1);
const withoutHalf = { ...everywhere, lanes: lanes.slice(0, lanes.length / 2) };
const evenIds = costs.flatMap((_, shard) => (shard % 2 === 0 ? [shard] : []));
const PLANS: readonly (readonly [name: string, plan: () => Plan])[] = [
  ["fail-over of one node", () => planOrphans({ ...everywhere, lanes: lanes.slice(LANES_PER_NODE) })],
  ["fail-over of half of the nodes", () => planOrphans(withoutHalf)],
  ["drain of one node", () => planDrain(everywhere, "node-0", NO_LIMIT)],
  ["2,048 shards to one node", () => planMove(everywhere, evenIds, { node: "node-0" }, NO_LIMIT)],
  ["rebalance, random costs", () => planRebalance(everywhere, BALANCE)],
  ["rebalance, one new node, shards alike", () => planRebalance(spreadOver(NODES - 1, alike), BALANCE)],
  ["rebalance, everything on one node", () => planRebalance(spreadOver(1), BALANCE)],
];

printTable(
  ["plan", "moves", "CPU ms, least", "CPU ms, most"],
  PLANS.map(([name, plan]) => {
    const times: number[] = [];
    let moves = 0;
    for (let round = 0; round < ROUNDS_OF_WARM_UP + ROUNDS; round += 1) {
      const before = process.cpuUsage();
      moves = plan().moves.length;
      const { user, system } = process.cpuUsage(before);
      if (round >= ROUNDS_OF_WARM_UP) times.push((user + system) / 1_000);
    }
    return [name, moves, Math.min(...times), Math.max(...times)];
  }),
);
