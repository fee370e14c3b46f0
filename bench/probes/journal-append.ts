/**
 * Events per second through one connection, fsync on: one row per commit (the journal's segments, as the shop appends
 * them) against one row per event (insert … select from unnest). Run: bun bench/probes/journal-append.ts
 */
import type { Sql } from "postgres";
import { pack } from "msgpackr";
import type { Claim } from "../../engine/ports/journal.ts";
import { bytesLiteral, numbersLiteral } from "../../persistence/postgres/array-literal.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { holdPlaced, holdsBody } from "./holds.ts";
import { withProbeDatabase } from "./probe-database.ts";
import { printTable } from "./table.ts";

const CELL_MS = 1_500;
const EVENTS_PER_COMMIT = [1, 10, 100, 500];

await withProbeDatabase(async (database) => {
  const journal = postgresJournal(database);
  const [claim] = await journal.claim([7], "probe");
  if (claim === undefined) throw new Error("the shard was not claimed");
  const rowClient = database.connect({ statementDeadlineMs: 10_000 });
  await rowClient`create table probe_event (
    shard integer, seq bigint, epoch bigint, body bytea not null, primary key (shard, seq))`;
  let segmentSeq = claim.seq;
  let eventSeq = 0;
  const rows: (string | number)[][] = [];
  for (const events of EVENTS_PER_COMMIT) {
    const segments = await commitsPerSecond(async () => {
      const body = holdsBody(events);
      segmentSeq += 1;
      const segment = {
        shard: claim.shard,
        seq: segmentSeq,
        epoch: claim.epoch,
        batchId: crypto.randomUUID(),
        body,
      };
      await journal.append([segment]);
    });
    const perEvent = await commitsPerSecond(async () => {
      await insertEvents(rowClient, claim, eventSeq, events);
      eventSeq += events;
    });
    rows.push([events, segments, segments * events, perEvent, perEvent * events]);
  }
  await rowClient.end();
  await journal.close();
  printTable(
    ["events per commit", "segment: commits/s", "events/s", "row per event: commits/s", "events/s"],
    rows,
  );
});

// With the same check of the epoch as the journal's own statement.
async function insertEvents(
  sql: Sql,
  { shard, epoch }: Claim,
  afterSeq: number,
  count: number,
): Promise<void> {
  const atMs = Date.now();
  const seqs = Array.from({ length: count }, (_, index) => afterSeq + index + 1);
  const bodies = seqs.map((seq) => pack(holdPlaced(seq, atMs)));
  await sql`insert into probe_event (shard, seq, epoch, body)
    select shard_owner.shard, given.seq, shard_owner.epoch, given.body
    from unnest(${numbersLiteral(seqs)}::bigint[], ${bytesLiteral(bodies)}::bytea[]) as given (seq, body)
    join shard_owner on shard_owner.shard = ${shard} and shard_owner.epoch = ${epoch}`;
}

async function commitsPerSecond(commit: () => Promise<void>): Promise<number> {
  for (let warmUp = 0; warmUp < 20; warmUp += 1) await commit();
  const startedAtMs = performance.now();
  let commits = 0;
  while (performance.now() - startedAtMs < CELL_MS) {
    await commit();
    commits += 1;
  }
  return (commits * 1_000) / (performance.now() - startedAtMs);
}
