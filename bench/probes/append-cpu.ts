/**
 * What a row of the journal costs in processor time, for the database and for the lane: batches of so many segments of a real
 * sale over 256 shards, one append after the other as a lane has them, fsync on. Linux only: reads /proc.
 * Run: bun bench/probes/append-cpu.ts [--seconds 10] [--rows 60]
 */
import { readFileSync } from "node:fs";
import type { Claim, Journal, Segment } from "../../engine/ports/journal.ts";
import { BlobWriter } from "../../persistence/codec/blob-writer.ts";
import { segmentIdentity, writeSegmentBody } from "../../persistence/codec/segment-body.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { orderSegments } from "./order-segments.ts";
import { withProbeDatabase } from "./probe-database.ts";
import { readOptions, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/append-cpu.ts [options]

What a row of the journal costs in processor time, for the database and for the lane.

  --seconds N   how long it appends (default: 10)
  --rows N      segments of each append (default: 60)
`;
const values = readOptions(USAGE, {
  seconds: { type: "string", default: "10" },
  rows: { type: "string", default: "60" },
});
const SECONDS = wholeNumber("--seconds", values.seconds);
const SHARDS = Array.from({ length: 256 }, (_, shard) => shard);
const SHOPPERS = 200;
const ORDERS_EACH = 10;
const ROWS_PER_APPEND = wholeNumber("--rows", values.rows);
const WARM_UP_MS = 3_000;
const ENCODED_BATCHES = 1_000;

/** A stream of batches that go on where the shards' claims end. */
class Batches {
  readonly #batches: readonly (readonly Segment[])[];
  readonly #epochs: readonly number[];
  readonly #seqs: number[];
  #taken = 0;

  constructor(segments: readonly Segment[], claims: readonly Claim[]) {
    this.#batches = [...Map.groupBy(segments, ({ batchId }) => batchId).values()].flatMap(cut);
    this.#epochs = claims.map(({ epoch }) => epoch);
    this.#seqs = claims.map(({ seq }) => seq);
  }

  next(): readonly Segment[] {
    const batchId = Bun.randomUUIDv7();
    const batch = this.#batches[this.#taken % this.#batches.length] ?? [];
    this.#taken += 1;
    return batch.map(({ shard, body }) => {
      const seq = (this.#seqs[shard] ?? 0) + 1;
      this.#seqs[shard] = seq;
      return { shard, seq, epoch: this.#epochs[shard] ?? 0, batchId, body };
    });
  }
}

await withProbeDatabase(async (database) => {
  const journal = postgresJournal(database);
  const segments = await orderSegments(SHOPPERS, ORDERS_EACH);
  const encoding = encodingOf(new Batches(segments, []));
  const batches = new Batches(segments, await journal.claim(SHARDS, "probe"));
  await appendFor(WARM_UP_MS, journal, batches);
  const before = await used(database);
  const startedAtMs = performance.now();
  const rows = await appendFor(SECONDS * 1_000, journal, batches);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const after = await used(database);
  await journal.close();
  printTable(
    [
      "rows/s",
      "backend, µs per row",
      "rest of the server",
      "lane, µs per row",
      "of which encoding",
      "bytes of the log per row",
      "of which body",
    ],
    [
      [
        rows / seconds,
        (after.backendsMicros - before.backendsMicros) / rows,
        (after.serverMicros - before.serverMicros) / rows,
        (after.laneMicros - before.laneMicros) / rows,
        encoding.microsPerRow,
        (after.logBytes - before.logBytes) / rows,
        encoding.bytesPerRow,
      ],
    ],
  );
});

/** Appends one batch after the other, and returns how many rows. */
async function appendFor(forMs: number, journal: Journal, batches: Batches): Promise<number> {
  const endsAtMs = performance.now() + forMs;
  let rows = 0;
  while (performance.now() < endsAtMs) {
    const batch = batches.next();
    await journal.append(batch);
    rows += batch.length;
  }
  return rows;
}

/** What the lane pays for the bytes of a row, before anything is sent. */
function encodingOf(batches: Batches): { readonly microsPerRow: number; readonly bytesPerRow: number } {
  const blob = new BlobWriter();
  let rows = 0;
  let bytes = 0;
  let startedAt = process.cpuUsage();
  for (let round = -ENCODED_BATCHES; round < ENCODED_BATCHES; round += 1) {
    if (round === 0) [rows, bytes, startedAt] = [0, 0, process.cpuUsage()];
    blob.reset();
    for (const { shard, batchId, body } of batches.next()) {
      writeSegmentBody(blob, segmentIdentity(shard, batchId), body);
      rows += 1;
    }
    bytes += blob.blob().bytes.length;
  }
  const { user, system } = process.cpuUsage(startedAt);
  return { microsPerRow: (user + system) / rows, bytesPerRow: bytes / rows };
}

interface Used {
  readonly backendsMicros: number;
  readonly serverMicros: number;
  readonly laneMicros: number;
  readonly logBytes: number;
}

/** Processor time and log used so far. */
async function used({ sql }: Database): Promise<Used> {
  const processes = await sql<{ pid: number; isBackend: boolean }[]>`
    select pid, backend_type = 'client backend' as "isBackend" from pg_stat_activity`;
  const [log] = await sql<{ bytes: string }[]>`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`;
  const microsOf = (isBackend: boolean): number =>
    processes
      .filter((one) => one.isBackend === isBackend)
      .reduce((sum, { pid }) => sum + processMicros(pid), 0);
  const { user, system } = process.cpuUsage();
  return {
    backendsMicros: microsOf(true),
    serverMicros: microsOf(false),
    laneMicros: user + system,
    logBytes: Number(log?.bytes),
  };
}

function processMicros(pid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1_000;
}

function cut(commit: readonly Segment[]): readonly (readonly Segment[])[] {
  return Array.from({ length: Math.floor(commit.length / ROWS_PER_APPEND) }, (_, part) =>
    commit.slice(part * ROWS_PER_APPEND, (part + 1) * ROWS_PER_APPEND),
  );
}
