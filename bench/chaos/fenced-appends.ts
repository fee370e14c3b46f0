import type { ChaosPostgres } from "./chaos-postgres.ts";

/** What Postgres says when the fence refuses an append: a stale epoch, or a number that is taken. */
const FENCED = ["another owner has claimed a shard of this batch", '"journal_segment_pkey"'];

/** Appends that the fence has refused so far. */
export function fencedAppends(postgres: ChaosPostgres): number {
  return FENCED.reduce((sum, text) => sum + postgres.logged(text), 0);
}
