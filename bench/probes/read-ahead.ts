/**
 * For how long at a time reading shards ahead keeps a lane's thread from everything else: 24 shards of a real sale, for three
 * hand-overs at once, as a drain has them. The first round compiles.
 * Run: bun bench/probes/read-ahead.ts [--rounds 5]
 */
import type { Journal, Segment } from "../../engine/ports/journal.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { shopDeciders } from "../../actors/shop.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresSnapshots } from "../../persistence/postgres/snapshots.ts";
import { orderSegments } from "./order-segments.ts";
import { silentLog, withProbeDatabase } from "./probe-database.ts";
import { readOptions, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/read-ahead.ts [options]

For how long at a time reading shards ahead keeps a lane's thread from everything else.

  --rounds N   how often (default: 5)
`;
const values = readOptions(USAGE, { rounds: { type: "string", default: "5" } });
const ROUNDS = wholeNumber("--rounds", values.rounds);
const SHARD_COUNT = 256;
const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
const HAND_OVERS = [0, 8, 16].map((first) => SHARDS.slice(first, first + 8));
const SHOPPERS = 200;
const ORDERS_EACH = 150;
const LONG_MS = 5;

await withProbeDatabase(async (database) => {
  const journal = postgresJournal(database);
  const stored = await store(journal);
  const rows = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const lane = laneOn(database, journal);
    await lane.open([]);
    rows.push([round, stored, ...(await watched(() => HAND_OVERS.map((shards) => lane.prepare(shards))))]);
    await lane.stop();
  }
  printTable(["round", "segments", "took, ms", "longest time, ms", `times over ${LONG_MS} ms, in all`], rows);
  await journal.close();
});

/** Stores a sale. Returns how many segments the shards have that are read. */
async function store(journal: Journal): Promise<number> {
  const segments = await orderSegments(SHOPPERS, ORDERS_EACH);
  const claims = await journal.claim(SHARDS, "probe");
  const seqs = claims.map(({ seq }) => seq);
  for (const batch of Map.groupBy(segments, ({ batchId }) => batchId).values())
    await journal.append(
      batch.map((segment): Segment => {
        const { shard } = segment;
        const seq = (seqs[shard] ?? 0) + 1;
        seqs[shard] = seq;
        return { ...segment, seq, epoch: claims[shard]?.epoch ?? 0 };
      }),
    );
  return HAND_OVERS.flat().reduce((sum, shard) => sum + (seqs[shard] ?? 0), 0);
}

function laneOn(database: Database, journal: Journal): Lane {
  return new Lane({
    lane: 1,
    owner: Bun.randomUUIDv7(),
    shardCount: SHARD_COUNT,
    deciders: shopDeciders,
    journal,
    snapshots: postgresSnapshots(database),
    ports: new Map(),
    clock: eventLoopClock,
    entropy: { uuid: () => Bun.randomUUIDv7() },
    log: silentLog,
    limits: defaultLaneLimits,
    send: () => undefined,
    lost: () => "end",
    fatal: (error) => {
      throw error;
    },
  });
}

/** How long something took, and for how long at a time nothing else had a turn meanwhile. */
async function watched(begin: () => readonly Promise<unknown>[]): Promise<readonly number[]> {
  const gapsMs: number[] = [];
  let lastMs = performance.now();
  let isOver = false;
  const look = (): void => {
    const nowMs = performance.now();
    gapsMs.push(nowMs - lastMs);
    lastMs = nowMs;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  const fromMs = performance.now();
  await Promise.all(begin());
  const tookMs = performance.now() - fromMs;
  isOver = true;
  const long = gapsMs.filter((gapMs) => gapMs > LONG_MS);
  return [tookMs, Math.max(...gapsMs), long.reduce((sum, gapMs) => sum + gapMs, 0)];
}
