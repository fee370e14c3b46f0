/**
 * How long a router takes to go on by another placement: 1,024 shards in use and watched, over 32 nodes of four lanes, all of
 * them moved at once, and one of them alone; and what the way of one item costs. Run: bun bench/probes/router-table.ts
 */
import type { Placement } from "../../engine/ports/placement-store.ts";
import { Router } from "../../engine/routing/router.ts";
import { defaultRouterLimits } from "../../engine/routing/shard-route.ts";
import { DELIVERED, WATCH, type Item } from "../../engine/transport/items.ts";
import { printTable } from "./table.ts";

const SHARDS = 1_024;
const NODES = 32;
const LANES = 4;
const ROUNDS = 200;
const ITEMS = 5_000_000;

const clock = { nowMs: () => Date.now(), after: () => () => undefined, soon: () => undefined };
let sent = 0;
const links = Array.from({ length: NODES * LANES }, () => ({ send: () => void (sent += 1) }));

/** Every shard one lane further than in the version before, or only the first one. */
function placement(version: number, movesAll: boolean): Placement {
  const shards = Array.from({ length: SHARDS }, (_, shard) => {
    const place = (shard + (movesAll || shard === 0 ? version : 0)) % links.length;
    return { node: `node-${Math.floor(place / LANES)}`, lane: place % LANES, pinned: false };
  });
  return { version, shards };
}

function measure(movesAll: boolean): number[] {
  const router = new Router(placement(1, movesAll), {
    clock,
    limits: defaultRouterLimits,
    linkTo: ({ node, lane }) => links[Number(node.slice(5)) * LANES + lane] as (typeof links)[number],
    refuse: () => undefined,
  });
  for (let shard = 0; shard < SHARDS; shard += 1)
    router.send(shard, [WATCH, "shop", "inventory", `S${shard}`]);
  const times: number[] = [];
  for (let version = 2; version < ROUNDS + 2; version += 1) {
    const next = placement(version, movesAll);
    const startedAtMs = performance.now();
    router.apply(next);
    times.push(performance.now() - startedAtMs);
  }
  return times.sort((left, right) => left - right);
}

function itemNs(): number {
  const router = new Router(placement(1, true), {
    clock,
    limits: defaultRouterLimits,
    linkTo: ({ lane }) => links[lane] as (typeof links)[number],
    refuse: () => undefined,
  });
  const item: Item = [DELIVERED, 1, 2, 3];
  const startedAtMs = performance.now();
  for (let count = 0; count < ITEMS; count += 1) router.send(count & (SHARDS - 1), item);
  return ((performance.now() - startedAtMs) * 1_000_000) / ITEMS;
}

const rows = [true, false].map((movesAll) => {
  const times = measure(movesAll);
  return [movesAll ? SHARDS : 1, times[ROUNDS / 2] ?? 0, times.at(-1) ?? 0];
});
printTable(["shards that move", "median, ms", "slowest, ms"], rows);
printTable(["the way of one item, ns", "items sent"], [[itemNs(), sent]]);
