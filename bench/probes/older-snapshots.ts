/**
 * What it costs to bring one actor back after its kind got a new version: from the snapshot of the older version, upcast,
 * or from the journal of its shard, as if older snapshots were not taken. Stores in memory, so that no database is
 * measured. Run: bun bench/probes/older-snapshots.ts
 */
import type { Address } from "../../engine/contract/address.ts";
import { ActorCell } from "../../engine/lane/actor-cell.ts";
import { foldHistory } from "../../engine/lane/fold.ts";
import { Shard } from "../../engine/lane/shard.ts";
import { UpcastingJournal } from "../../engine/upcasting/upcasting-journal.ts";
import { memoryJournal } from "../../persistence/memory/journal.ts";
import { memorySnapshots } from "../../persistence/memory/snapshots.ts";
import { earn, purseDecider } from "../versions/testing/purse.ts";
import { printTable } from "./table.ts";

const COMMANDS_PER_ACTOR = 5;
const ENTRIES_PER_SEGMENT = 20;
const SAMPLES = 20;
const SETTLED_KEYS_MAX = 32;
const NEWEST = purseDecider(3);

async function measure(actorCount: number): Promise<readonly number[]> {
  const journal = memoryJournal();
  const snapshots = memorySnapshots();
  const [claim] = await journal.claim([0], "probe");
  if (claim === undefined) throw new Error("the shard was not claimed");
  const cells = Array.from({ length: actorCount }, (_, index) =>
    cellOf(index, new Shard(claim, SETTLED_KEYS_MAX), 1),
  );
  let { seq } = claim;
  for (let round = 0; round < COMMANDS_PER_ACTOR; round += 1)
    for (let start = 0; start < cells.length; start += ENTRIES_PER_SEGMENT) {
      seq += 1;
      const actors = cells.slice(start, start + ENTRIES_PER_SEGMENT).map((cell) => live(cell, round));
      const body = { atMs: 1, actors, sent: [], delivered: [], received: [], called: [], answered: [] };
      await journal.append([{ shard: 0, seq, epoch: claim.epoch, batchId: crypto.randomUUID(), body }]);
    }
  const shard = new Shard(claim, SETTLED_KEYS_MAX);
  shard.checkpointSeq = seq;
  const stored = cells.map((cell) => ({ ...cell.address, seq, snapshot: cell.capture() }));
  await snapshots.save(
    { shard: 0, seq, memory: shard.captureMemory(), known: { count: 0, pages: [] } },
    stored,
  );
  const picks = Array.from({ length: SAMPLES }, (_, index) => Math.floor((index * actorCount) / SAMPLES));
  const upcastUs = await timed(picks, async (index) => {
    const cell = cellOf(index, shard, 3);
    const [found] = await snapshots.load(0, [cell.address]);
    if (found === undefined || !cell.restore(found.snapshot)) throw new Error("the snapshot was not taken");
  });
  const upcasting = new UpcastingJournal(journal, new Map([["purse", NEWEST]]));
  const foldUs = await timed(picks, (index) => foldHistory(shard, [cellOf(index, shard, 3)], upcasting));
  return [actorCount, seq, upcastUs, foldUs, foldUs / upcastUs];
}

function cellOf(index: number, shard: Shard, version: 1 | 3): ActorCell {
  const address = { tenant: "shop", kind: "purse", id: `P${index}` } as Address;
  return new ActorCell(address, `shop/purse/P${index}`, version === 3 ? NEWEST : purseDecider(1), shard);
}

/** One command of an actor, and what a segment says about it. */
function live(cell: ActorCell, round: number) {
  const { address, decider } = cell;
  const context = { address, nowMs: 1, ticket: round + 1 };
  const { events } = decider.decide(cell.state, earn(1, round + 1, 1), context);
  for (const event of events) cell.state = decider.evolve(cell.state, event, 1);
  return { ...address, version: decider.version, events, keys: [] };
}

async function timed(picks: readonly number[], task: (index: number) => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  for (const index of picks) await task(index);
  return ((performance.now() - startedAtMs) * 1_000) / picks.length;
}

const rows = [];
for (const actorCount of [1_000, 4_000, 16_000]) rows.push(await measure(actorCount));
printTable(["actors of the shard", "segments", "snapshot upcast, µs", "journal folded, µs", "times"], rows);
