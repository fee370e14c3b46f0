import type { Sql } from "postgres";

/**
 * Numbers that fence (epochs of shards, terms of coordinators, starts of nodes) count on within one timeline. A database that was put back
 * to an earlier state begins another one: its numbers are `timeline * TIMELINE_NUMBERS + number`, so that none of them was ever
 * known to a process of the state that it has lost.
 */
export const TIMELINE_NUMBERS = 2 ** 22;

// Timelines are seconds since 2026 began: two of them differ also where the same backup was restored twice. They last until 2094.
const BEGAN_MS = Date.UTC(2026, 0, 1);
// A clock that is behind the last timeline cannot tell two restores of one backup from each other; one of a day's seconds does.
const CHOICES = 86_400;

/**
 * The first number of a timeline that begins now, in a database whose highest number so far is `newest`.
 * @throws when numbers would no longer be exact.
 */
export function newTimeline(newest: number, nowMs: number): number {
  const seconds = Math.floor((nowMs - BEGAN_MS) / 1000);
  const last = Math.floor(newest / TIMELINE_NUMBERS);
  const timeline = seconds > last ? seconds : last + 1 + Math.floor(Math.random() * CHOICES);
  const first = timeline * TIMELINE_NUMBERS;
  if (!Number.isSafeInteger(first + TIMELINE_NUMBERS))
    throw new Error("the clock of this machine is beyond 2094: no timeline is left");
  return first;
}

/**
 * What tells a shop from each one that was restored from its backups, although it is the same shop for everybody whom it tells of its
 * orders: the id that they share, and the timeline behind it, unless it is the first.
 */
export async function databaseIdentity(sql: Sql): Promise<string> {
  const [row] = await sql<{ readonly shop_id: string; readonly epoch: string }[]>`
    select shop_id, coalesce((select min(epoch) from shard_owner), 0) as epoch from shop`;
  if (row === undefined) throw new Error("The database has no shop.");
  const timeline = Math.floor(Number(row.epoch) / TIMELINE_NUMBERS);
  return timeline === 0 ? row.shop_id : `${row.shop_id}/${timeline}`;
}
