import type { Sql } from "postgres";
import type { Log } from "../../engine/ports/log.ts";
import type {
  ActorAddress,
  Checkpoint,
  SnapshotStore,
  StoredSnapshot,
  StoredTimer,
} from "../../engine/ports/snapshots.ts";
import { intact } from "../codec/intact.ts";
import { BlobWriter } from "../codec/blob-writer.ts";
import { decodeCheckpoint, decodeSnapshot, encodeCheckpoint, writeSnapshot } from "../codec/snapshot.ts";
import { numbersLiteral, textsLiteral } from "./array-literal.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";

interface CheckpointRow {
  readonly shard: number;
  readonly seq: string;
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

/** Snapshots and checkpoints in Postgres. Damaged ones are reported to `log`. */
export function postgresSnapshots(
  source: DatabaseSource,
  options: { readonly log?: Log } = {},
): SnapshotStore {
  const database = databaseOf(source, { applicationName: "stampede snapshots" });
  const log = options.log ?? database.log;
  const blob = new BlobWriter();
  return {
    save: (checkpoint, snapshots) =>
      database.write(async (sql) => {
        await saveStatement(sql, blob, checkpoint, snapshots);
      }),

    async checkpoints(shards) {
      const rows = await database.read(
        (sql) => sql<CheckpointRow[]>`
        select shard, seq, body from shard_checkpoint where shard = any(${numbersLiteral(shards)}::integer[])
        order by shard`,
      );
      return intact(rows, log, (row): Checkpoint => decodeCheckpoint(row.body, row.shard, Number(row.seq)));
    },

    async load(shard, addresses) {
      const rows = await database.read(
        (sql) => sql<SnapshotRow[]>`
        select address, seq, due_at_ms, body from actor_snapshot
        where shard = ${shard}::integer and address = any(${textsLiteral(addresses.map(textOf))}::text[])`,
      );
      return intact(rows, log, (row) => storedOf(shard, row));
    },

    async timers(shards) {
      const rows = await database.read(
        (sql) => sql<TimerRow[]>`
        select shard, address, due_at_ms from actor_snapshot
        where shard = any(${numbersLiteral(shards)}::integer[]) and due_at_ms is not null`,
      );
      return rows.map((row): StoredTimer & { readonly shard: number } => ({
        shard: row.shard,
        ...addressOf(row.address),
        dueAtMs: Number(row.due_at_ms),
      }));
    },

    async clear(shards) {
      const literal = numbersLiteral(shards);
      await database.write(
        (sql) => sql`
        with snapshots as (delete from actor_snapshot where shard = any(${literal}::integer[]))
        delete from shard_checkpoint where shard = any(${literal}::integer[])`,
      );
    },

    close: () => database.close(),
  };
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
  return sql`select save_checkpoint(
    ${shard}::integer,
    ${seq}::bigint,
    ${encodeCheckpoint(checkpoint)}::bytea,
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

function textOf({ tenant, kind, id }: ActorAddress): string {
  return `${tenant}/${kind}/${id}`;
}

// No part of an address has a slash in it.
function addressOf(text: string): ActorAddress {
  const [tenant, kind, id] = text.split("/") as [string, string, string];
  return { tenant, kind, id };
}
