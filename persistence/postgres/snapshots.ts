import type { Sql } from "postgres";
import type { Log } from "../../engine/ports/log.ts";
import type {
  ActorAddress,
  Checkpoint,
  SnapshotStore,
  StoredSnapshot,
  StoredTimers,
  TimersWanted,
} from "../../engine/ports/snapshots.ts";
import { Intact } from "../codec/intact.ts";
import { BlobWriter } from "../codec/blob-writer.ts";
import {
  checkpointWeight,
  decodeCheckpoint,
  decodeSnapshot,
  encodeCheckpoint,
  encodeKnownPages,
  writeSnapshot,
} from "../codec/snapshot.ts";
import { bytesLiteral, numbersLiteral, textsLiteral } from "./array-literal.ts";
import { databaseOf } from "./database.ts";
import type { Database, DatabaseSource } from "./database.ts";

interface CheckpointRow {
  readonly shard: number;
  readonly seq: string;
  readonly body: Uint8Array;
}

interface KnownPageRow {
  readonly shard: number;
  readonly body: Uint8Array;
}

interface SnapshotRow {
  readonly address: string;
  readonly seq: string;
  readonly due_at_ms: string | null;
  readonly body: Uint8Array;
}

interface TimerRow {
  readonly address: string;
  readonly shard: number;
  readonly due_at_ms: string;
}

/** What snapshots take from outside. */
export interface PostgresSnapshotsOptions {
  /** Where damaged ones are reported. */
  readonly log?: Log;
  /** Clients wait for the actors that are loaded: after this time, ms, they are asked for over another connection. */
  readonly loadDeadlineMs?: number;
}

const LOAD_DEADLINE_MS = 10_000;

/** Snapshots and checkpoints in Postgres. */
export function postgresSnapshots(
  source: DatabaseSource,
  options: PostgresSnapshotsOptions = {},
): SnapshotStore {
  const database = databaseOf(source, { applicationName: "stampede snapshots" });
  const intact = new Intact(options.log ?? database.log);
  const blob = new BlobWriter();
  const loadDeadlineMs = options.loadDeadlineMs ?? LOAD_DEADLINE_MS;
  return {
    save: (checkpoint, snapshots) =>
      database.write(async (sql) => {
        await saveStatement(sql, blob, checkpoint, snapshots);
      }),

    async checkpoints(shards, piece) {
      const checkpoints: Checkpoint[] = [];
      for (const row of await readCheckpoints(database, shards)) {
        await piece?.(checkpointWeight(row.body, row.pages));
        const decoded = intact.decode(
          [row],
          ({ shard, seq, body, pages }): Checkpoint => decodeCheckpoint(body, shard, Number(seq), pages),
          ({ shard, seq }) => ({ shard, seq: Number(seq) }),
        );
        checkpoints.push(...decoded);
      }
      return checkpoints;
    },

    async load(shard, addresses) {
      const rows = await database.read(
        (sql) => sql<SnapshotRow[]>`
        select address, seq, due_at_ms, body from actor_snapshot
        where shard = ${shard}::integer and address = any(${textsLiteral(addresses.map(textOf))}::text[])`,
        loadDeadlineMs,
      );
      return intact.decode(
        rows,
        (row) => storedOf(shard, row),
        ({ seq, address }) => ({ shard, seq: Number(seq), address }),
      );
    },

    async timers(wanted, countMax) {
      const rows = await readTimers(database, wanted, countMax);
      const rowsOf = Map.groupBy(rows, ({ shard }) => shard);
      return wanted.map(({ shard }) => storedTimers(shard, rowsOf.get(shard) ?? [], countMax));
    },

    async discard(shard, seq) {
      const discarded = await database.write(
        (sql) => sql`
        with discarded as (
            delete from shard_checkpoint where shard = ${shard}::integer and seq = ${seq}::bigint returning shard
          ),
          snapshots as (delete from actor_snapshot where shard in (select shard from discarded)),
          known as (delete from known_actors where shard in (select shard from discarded))
        select shard from discarded`,
      );
      return discarded.length > 0;
    },

    damagedCount: () => intact.damagedCount,

    close: () => database.close(),
  };
}

/** The rows of checkpoints, each with the pages of its shard's known actors. */
async function readCheckpoints(database: Database, shards: readonly number[]) {
  const wanted = numbersLiteral(shards);
  const rows = await database.read(
    (sql) => sql<CheckpointRow[]>`
    select shard, seq, body from shard_checkpoint where shard = any(${wanted}::integer[]) order by shard`,
  );
  // After the checkpoints: pages only grow, so they have all that any of these counts.
  const pages = await database.read(
    (sql) => sql<KnownPageRow[]>`
    select shard, body from known_actors where shard = any(${wanted}::integer[]) order by shard, page`,
  );
  const pagesOf = Map.groupBy(pages, ({ shard }) => shard);
  return rows.map((row) => ({ ...row, pages: (pagesOf.get(row.shard) ?? []).map(({ body }) => body) }));
}

function readTimers(
  database: Database,
  wanted: readonly TimersWanted[],
  countMax: number,
): Promise<readonly TimerRow[]> {
  const shards = numbersLiteral(wanted.map(({ shard }) => shard));
  const after = numbersLiteral(wanted.map(({ afterMs }) => afterMs));
  return database.read(
    (sql) => sql<TimerRow[]>`
    select wanted.shard, timer.address, timer.due_at_ms
    from unnest(${shards}::integer[], ${after}::bigint[]) as wanted (shard, after_ms)
    cross join lateral (
      select address, due_at_ms from actor_snapshot
      where shard = wanted.shard and due_at_ms > wanted.after_ms
      order by due_at_ms fetch first (${countMax}::bigint) rows with ties
    ) as timer`,
  );
}

function saveStatement(
  sql: Sql,
  blob: BlobWriter,
  checkpoint: Checkpoint,
  snapshots: readonly StoredSnapshot[],
): PromiseLike<unknown> {
  const { shard, seq } = checkpoint;
  blob.reset();
  for (const stored of snapshots) writeSnapshot(blob, shard, stored, stored.snapshot);
  const { bytes, starts, lengths } = blob.blob();
  const known = encodeKnownPages(checkpoint);
  return sql`select save_checkpoint(
    ${shard}::integer,
    ${seq}::bigint,
    ${encodeCheckpoint(checkpoint)}::bytea,
    ${numbersLiteral(known.map(({ number }) => number))}::integer[],
    ${bytesLiteral(known.map(({ body }) => body))}::bytea[],
    ${textsLiteral(snapshots.map(textOf))}::text[],
    ${numbersLiteral(snapshots.map((stored) => stored.seq))}::bigint[],
    ${numbersLiteral(snapshots.map(({ dueAtMs }) => dueAtMs ?? null))}::bigint[],
    ${numbersLiteral(starts)}::integer[],
    ${numbersLiteral(lengths)}::integer[],
    ${bytes}::bytea
  )`;
}

function storedOf(shard: number, row: SnapshotRow): StoredSnapshot {
  const address = addressOf(row.address);
  const seq = Number(row.seq);
  const snapshot = decodeSnapshot(row.body, shard, { ...address, seq });
  const dueAtMs = row.due_at_ms === null ? {} : { dueAtMs: Number(row.due_at_ms) };
  return { ...address, seq, ...dueAtMs, snapshot };
}

function storedTimers(shard: number, rows: readonly TimerRow[], countMax: number): StoredTimers {
  const timers = rows.map((row) => ({ ...addressOf(row.address), dueAtMs: Number(row.due_at_ms) }));
  timers.sort((left, right) => left.dueAtMs - right.dueAtMs);
  const isAll = timers.length < countMax;
  return { shard, timers, untilMs: isAll ? Number.POSITIVE_INFINITY : (timers.at(-1)?.dueAtMs ?? 0) };
}

function textOf({ tenant, kind, id }: ActorAddress): string {
  return `${tenant}/${kind}/${id}`;
}

// No part of an address has a slash in it.
function addressOf(text: string): ActorAddress {
  const [tenant, kind, id] = text.split("/") as [string, string, string];
  return { tenant, kind, id };
}
