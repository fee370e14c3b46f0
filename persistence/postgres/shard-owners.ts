import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Claim, Journal } from "../../engine/ports/journal.ts";
import { encodeSegmentBody, segmentIdentity, takeoverBody } from "../codec/segment-body.ts";
import { bytesLiteral, numbersLiteral } from "./array-literal.ts";
import { codeOf } from "./connection-fault.ts";
import type { Database } from "./database.ts";
import { withinDeadline } from "./deadline.ts";

interface ClaimRow {
  readonly claimed_shard: number;
  readonly claimed_epoch: string;
  readonly claimed_seq: string;
}

interface OwnedRow {
  readonly owned: number;
}

interface ShardRow {
  readonly shard: number;
}

/** Raised by `reclaim_shards` when one of them has another owner. */
const OWNER_IS_ANOTHER = "SP002";

/** Who owns which shard: the part of the journal that takes shards over. `deadlineMs` bounds the questions. */
export function shardOwners(
  database: Database,
  { deadlineMs, nowMs }: { readonly deadlineMs: number; readonly nowMs: () => number },
): Pick<Journal, "claim" | "reclaim" | "confirm" | "owned"> {
  return {
    async claim(shards, owner, claimant): Promise<readonly Claim[]> {
      const { batchId, bodies } = takeover(shards, owner, nowMs());
      const rows = await database.write((sql) =>
        claimant === undefined
          ? sql<ClaimRow[]>`
              select claimed_shard, claimed_epoch, claimed_seq from claim_shards(
                ${owner}, ${batchId}::uuid, ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
              )`
          : sql<ClaimRow[]>`
              select claimed_shard, claimed_epoch, claimed_seq from claim_placed_shards(
                ${claimant.node}, ${claimant.incarnation}, ${claimant.lane}, ${owner}, ${batchId}::uuid,
                ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
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
        ),
        deadlineMs,
        () => unanswered(deadlineMs),
      );
      return rows.map(({ shard }) => shard);
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

function unanswered(deadlineMs: number): Error {
  return new Error(`the database did not say within ${deadlineMs} ms who owns the shards`);
}

function ownershipLost(cause?: unknown): OwnershipLost {
  return new OwnershipLost(
    "another shop has taken over shards of this one",
    cause === undefined ? {} : { cause },
  );
}
