import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Claim } from "../../engine/ports/journal.ts";
import { encodeSegmentBody, segmentIdentity, takeoverBody } from "../codec/segment-body.ts";
import { bytesLiteral, numbersLiteral } from "./array-literal.ts";
import { codeOf } from "./connection-fault.ts";
import type { Database } from "./database.ts";
import { withinDeadline } from "./deadline.ts";

/** Who takes shards over, and when (milliseconds since the epoch). */
export interface Takeover {
  readonly owner: string;
  readonly atMs: number;
}

interface ClaimRow {
  readonly claimed_shard: number;
  readonly claimed_epoch: string;
  readonly claimed_seq: string;
}

interface OwnedRow {
  readonly owned: number;
}

/** Raised by `reclaim_shards` when one of them has another owner. */
const OWNER_IS_ANOTHER = "SP002";

/** Takes shards, whoever has them. */
export async function claimShards(
  database: Database,
  shards: readonly number[],
  takeover: Takeover,
): Promise<readonly Claim[]> {
  const { batchId, bodies } = takeoverRecords(shards, takeover);
  const rows = await database.write(
    (sql) => sql<ClaimRow[]>`
      select claimed_shard, claimed_epoch, claimed_seq from claim_shards(
        ${takeover.owner}, ${batchId}::uuid, ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
      )`,
  );
  return rows.map(claimOf);
}

/**
 * Takes shards again for the owner that claimed them last.
 * @throws {OwnershipLost} when another one has one of them.
 */
export async function reclaimShards(
  database: Database,
  shards: readonly number[],
  takeover: Takeover,
): Promise<readonly Claim[]> {
  const { batchId, bodies } = takeoverRecords(shards, takeover);
  try {
    const rows = await database.write(
      (sql) => sql<ClaimRow[]>`
        select claimed_shard, claimed_epoch, claimed_seq from reclaim_shards(
          ${takeover.owner}, ${batchId}::uuid, ${numbersLiteral(shards)}::integer[], ${bodies}::bytea[]
        )`,
    );
    return rows.map(claimOf);
  } catch (error) {
    if (codeOf(error) === OWNER_IS_ANOTHER) throw ownershipLost({ cause: error });
    throw error;
  }
}

/**
 * Asks whether `owner` claimed these shards last.
 * @throws {OwnershipLost} when it did not; another error when the database does not say within `deadlineMs`.
 */
export async function confirmOwner(
  database: Database,
  shards: readonly number[],
  owner: string,
  deadlineMs: number,
): Promise<void> {
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
}

/** The takeover records of one claim, as parameters. */
function takeoverRecords(shards: readonly number[], { owner, atMs }: Takeover) {
  const batchId = crypto.randomUUID();
  const body = takeoverBody(owner, atMs);
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

function ownershipLost(options?: ErrorOptions): OwnershipLost {
  return new OwnershipLost("another shop has taken over shards of this one", options);
}
