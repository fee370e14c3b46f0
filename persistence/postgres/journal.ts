import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Claim, Journal, Segment } from "../../engine/ports/journal.ts";
import {
  decodeSegmentBody,
  encodeSegmentBody,
  segmentIdentity,
  takeoverBody,
} from "../codec/segment-body.ts";
import { AppendClient } from "./append-client.ts";
import { bytesLiteral, numbersLiteral } from "./array-literal.ts";
import { codeOf } from "./connection-fault.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";
import { withinDeadline } from "./deadline.ts";

/** How a journal uses its database. */
export interface PostgresJournalOptions {
  /** An append that takes longer ends as `unknown`, ms. Nor does it take longer to learn who owns a shard. */
  readonly appendDeadlineMs?: number;
  /** Segments per page of `read`. */
  readonly pageSegments?: number;
  /** Milliseconds since the epoch, written into takeover records. */
  readonly nowMs?: () => number;
}

interface SegmentRow {
  readonly seq: string;
  readonly epoch: string;
  readonly batch_id: string;
  readonly body: Uint8Array;
}

interface ClaimRow {
  readonly claimed_shard: number;
  readonly claimed_epoch: string;
  readonly claimed_seq: string;
}

interface OwnedRow {
  readonly owned: number;
}

interface HeadRow {
  readonly shard: number;
  readonly seq: string;
}

const APPEND_DEADLINE_MS = 10_000;
const PAGE_SEGMENTS = 500;
/** Raised by `reclaim_shards` when one of them has another owner. */
const OWNER_IS_ANOTHER = "SP002";

/** The journal in Postgres. */
export function postgresJournal(source: DatabaseSource, options: PostgresJournalOptions = {}): Journal {
  const database = databaseOf(source, { applicationName: "stampede journal" });
  const deadlineMs = options.appendDeadlineMs ?? APPEND_DEADLINE_MS;
  const appends = new AppendClient(database, deadlineMs);
  const pageSegments = options.pageSegments ?? PAGE_SEGMENTS;
  const nowMs = options.nowMs ?? Date.now;
  return {
    append: (segments) => appends.append(segments),

    async close() {
      await appends.close();
      await database.close();
    },

    async claim(shards, owner): Promise<readonly Claim[]> {
      const { batchId, bodies } = takeover(shards, owner, nowMs());
      const rows = await database.write(
        (sql) => sql<ClaimRow[]>`
          select claimed_shard, claimed_epoch, claimed_seq from claim_shards(
            ${owner}, ${batchId}::uuid, ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
          )`,
      );
      return rows.map(claimOf);
    },

    async reclaim(shards, owner): Promise<readonly Claim[]> {
      const { batchId, bodies } = takeover(shards, owner, nowMs());
      try {
        const rows = await database.write(
          (sql) => sql<ClaimRow[]>`
            select claimed_shard, claimed_epoch, claimed_seq from reclaim_shards(
              ${owner}, ${batchId}::uuid, ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
            )`,
        );
        return rows.map(claimOf);
      } catch (error) {
        if (codeOf(error) === OWNER_IS_ANOTHER) throw ownershipLost(error);
        throw error;
      }
    },

    async confirm(shards, owner) {
      const [row] = await withinDeadline(
        database.read(
          (sql) => sql<OwnedRow[]>`
            select count(*)::integer as owned from shard_owner
            where owner = ${owner} and shard = any (${numbersLiteral(shards)}::integer[])`,
        ),
        deadlineMs,
        () => new Error(`the database did not say within ${deadlineMs} ms who owns the shards`),
      );
      if (row?.owned !== shards.length) throw ownershipLost();
    },

    async *read(shard, afterSeq): AsyncGenerator<readonly Segment[]> {
      let lastSeq = afterSeq;
      for (;;) {
        const rows = await database.read(
          (sql) => sql<SegmentRow[]>`
            select seq, epoch, batch_id, body from journal_segment
            where shard = ${shard}::integer and seq > ${lastSeq}::bigint order by seq limit ${pageSegments}::integer`,
        );
        if (rows.length === 0) return;
        const page: Segment[] = [];
        for (const row of rows) page.push(segmentOf(shard, row, ++lastSeq));
        yield page;
        if (rows.length < pageSegments) return;
      }
    },

    async heads() {
      // One look at the end of the index per shard; every shard that has segments has been claimed.
      const rows = await database.read(
        (sql) => sql<HeadRow[]>`
          select owned.shard, tail.seq from shard_owner as owned, lateral (
            select seq from journal_segment where shard = owned.shard order by seq desc limit 1
          ) as tail order by owned.shard`,
      );
      return rows.map((row) => [row.shard, Number(row.seq)] as const);
    },
  };
}

/** The takeover records of one claim, ready to be stored. */
function takeover(shards: readonly number[], owner: string, nowMs: number) {
  const batchId = crypto.randomUUID();
  const body = takeoverBody(owner, nowMs);
  const bodies = shards.map((shard) => encodeSegmentBody(segmentIdentity(shard, batchId), body));
  return { batchId, bodies: bytesLiteral(bodies) };
}

function claimOf(row: ClaimRow): Claim {
  return {
    shard: row.claimed_shard,
    epoch: Number(row.claimed_epoch),
    seq: Number(row.claimed_seq),
  };
}

function ownershipLost(cause?: unknown): OwnershipLost {
  return new OwnershipLost(
    "another shop has taken over shards of this one",
    cause === undefined ? {} : { cause },
  );
}

function segmentOf(shard: number, row: SegmentRow, expectedSeq: number): Segment {
  const seq = Number(row.seq);
  if (seq !== expectedSeq)
    throw new Error(`segment ${expectedSeq} of shard ${shard} is missing: the next one stored is ${seq}`);
  return {
    shard,
    seq,
    epoch: Number(row.epoch),
    batchId: row.batch_id,
    body: decodeSegmentBody(row.body, segmentIdentity(shard, row.batch_id)),
  };
}
