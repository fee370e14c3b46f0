import type { Sql } from "postgres";
import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Claim, Claimant, Journal, Segment } from "../../engine/ports/journal.ts";
import {
  decodeSegmentBody,
  encodeSegmentBody,
  segmentIdentity,
  takeoverBody,
} from "../codec/segment-body.ts";
import { bytesLiteral, numbersLiteral } from "./array-literal.ts";
import { codeOf } from "./connection-fault.ts";
import type { Database, Line } from "./database.ts";
import { withinDeadline } from "./deadline.ts";

interface ClaimRow {
  readonly claimed_shard: number;
  readonly claimed_epoch: string;
  readonly claimed_seq: string;
}

/** A claim once for each segment that it brings, or once with none. */
interface PlacedClaimRow extends ClaimRow {
  readonly known: string | null;
  readonly seq: string | null;
  readonly epoch: string;
  readonly batch_id: string;
  readonly body: Uint8Array;
}

interface Takeover {
  readonly batchId: string;
  readonly bodies: string;
}

/** A claim for a place, by whom, and what it knows of its shards. */
interface PlacedClaim {
  readonly claimant: Claimant;
  readonly known: ReadonlyMap<number, number> | undefined;
}

interface OwnedRow {
  readonly owned: number;
}

interface ShardRow {
  readonly shard: number;
}

// Past that the segments are better read in pages.
const MISSING_MAX = 100;
/** Raised by `reclaim_shards` when one of them has another owner. */
const OWNER_IS_ANOTHER = "SP002";

/**
 * Who owns which shard: the part of the journal that takes shards over. Claims go through a connection of its own, since clients wait
 * for them. `deadlineMs` bounds the questions, and how long the server works on a claim.
 */
export function shardOwners(
  database: Database,
  { deadlineMs, nowMs }: { readonly deadlineMs: number; readonly nowMs: () => number },
): Pick<Journal, "claim" | "reclaim" | "confirm" | "owned" | "close"> {
  const line = database.line({ statementDeadlineMs: deadlineMs });
  return {
    close: () => line.close(),

    claim(shards, owner, claimant, known): Promise<readonly Claim[]> {
      const records = takeover(shards, owner, nowMs());
      return claimant === undefined
        ? claimAny(line, shards, owner, records)
        : claimPlaced(line, shards, owner, records, { claimant, known });
    },

    async reclaim(shards, owner): Promise<readonly Claim[]> {
      const { batchId, bodies } = takeover(shards, owner, nowMs());
      try {
        const rows = await line.write(
          (sql) => sql<ClaimRow[]>`
            select claimed_shard, claimed_epoch, claimed_seq from reclaim_shards(
              ${owner}, ${batchId}::uuid, ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
            )`,
          deadlineMs,
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
          deadlineMs,
        ),
        deadlineMs,
        () => unanswered(deadlineMs),
      );
      if (row?.owned !== shards.length) throw ownershipLost();
    },

    async owned(shards, owner): Promise<readonly number[]> {
      const rows = await withinDeadline(
        database.read(
          (sql) => sql<ShardRow[]>`
            select shard from shard_owner
            where owner = ${owner} and shard = any (${numbersLiteral(shards)}::integer[]) order by shard`,
          deadlineMs,
        ),
        deadlineMs,
        () => unanswered(deadlineMs),
      );
      return rows.map(({ shard }) => shard);
    },
  };
}

/** Takes shards over within a transaction that is open, whoever has them. */
export async function takeOverShards(
  sql: Sql,
  shards: readonly number[],
  owner: string,
  nowMs: number,
): Promise<void> {
  const within: Pick<Line, "write"> = { write: async (statement) => statement(sql) };
  await claimAny(within, shards, owner, takeover(shards, owner, nowMs));
}

async function claimAny(
  line: Pick<Line, "write">,
  shards: readonly number[],
  owner: string,
  { batchId, bodies }: Takeover,
): Promise<readonly Claim[]> {
  const rows = await line.write(
    (sql) => sql<ClaimRow[]>`
      select claimed_shard, claimed_epoch, claimed_seq from claim_shards(
        ${owner}, ${batchId}::uuid, ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
      )`,
  );
  return rows.map(claimOf);
}

/** What is missing is read as of the beginning of the statement: of a source that has let go that is all there is. */
async function claimPlaced(
  line: Line,
  shards: readonly number[],
  owner: string,
  { batchId, bodies }: Takeover,
  { claimant, known }: PlacedClaim,
): Promise<readonly Claim[]> {
  const { node, incarnation, lane } = claimant;
  const wanted = numbersLiteral(shards);
  const knownSeqs = numbersLiteral(shards.map((shard) => known?.get(shard) ?? null));
  const rows = await line.write(
    (sql) => sql<PlacedClaimRow[]>`
      select claim.*, given.known, tail.seq, tail.epoch, tail.batch_id, tail.body
      from claim_placed_shards(
        ${node}, ${incarnation}, ${lane}, ${owner}, ${batchId}::uuid, ${wanted}::integer[], ${bodies}::bytea[]
      ) as claim
      left join unnest(${wanted}::integer[], ${knownSeqs}::bigint[]) as given (shard, known)
        on given.shard = claim.claimed_shard
      left join lateral (
        select seq, epoch, batch_id, body from journal_segment
        where shard = given.shard and seq > given.known order by seq limit ${MISSING_MAX + 1}
      ) as tail on true
      order by claim.claimed_shard, tail.seq`,
  );
  return Array.from(Map.groupBy(rows, (row) => row.claimed_shard).values(), placedClaimOf);
}

/** The takeover records of one claim, ready to be stored. */
function takeover(shards: readonly number[], owner: string, nowMs: number): Takeover {
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

/** The claim with what its owner has not read, if that is all there and sound: else it is read as any tail is. */
function placedClaimOf(rows: readonly PlacedClaimRow[]): Claim {
  const claim = claimOf(rows[0] as PlacedClaimRow);
  const knownSeq = rows[0]?.known;
  if (knownSeq === null || rows.length > MISSING_MAX) return claim;
  const stored = rows.filter(({ seq }) => seq !== null);
  const isWhole = stored.length === claim.seq - 1 - Number(knownSeq);
  if (!isWhole) return claim;
  try {
    return { ...claim, missing: stored.map((row) => segmentOf(claim.shard, row)) };
  } catch {
    // The segment that is damaged is met again where it is told which one it is.
    return claim;
  }
}

function segmentOf(shard: number, { seq, epoch, batch_id: batchId, body }: PlacedClaimRow): Segment {
  const identity = segmentIdentity(shard, batchId);
  return { shard, seq: Number(seq), epoch: Number(epoch), batchId, body: decodeSegmentBody(body, identity) };
}

function unanswered(deadlineMs: number): Error {
  return new Error(`the database did not say within ${deadlineMs} ms who owns the shards`);
}

function ownershipLost(cause?: unknown): OwnershipLost {
  return new OwnershipLost(
    "another shop has taken over shards of this one",
    cause === undefined ? {} : { cause },
  );
}
