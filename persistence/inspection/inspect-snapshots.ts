import { decodeCheckpoint, decodeSnapshot } from "../codec/snapshot.ts";
import { DamagedBytes } from "../codec/seal.ts";
import type { Database } from "../postgres/database.ts";
import { unknownVersion } from "./segment-inspector.ts";
import type { Inspection } from "./segment-inspector.ts";

interface StoredRow {
  readonly seq: string;
  readonly body: Uint8Array;
  /** Number of the shard's newest segment at the same moment. */
  readonly head: string | null;
}

/** A checkpoint (page -1), or a page of the actors that it knows. */
interface CheckpointPart extends StoredRow {
  readonly page: number;
}

interface SnapshotRow extends StoredRow {
  readonly address: string;
}

const PAGE_SNAPSHOTS = 500;

/** Looks at the checkpoint of a shard. Returns whether it has one. */
export async function inspectCheckpoint(
  database: Database,
  shard: number,
  { findings }: Inspection,
): Promise<boolean> {
  // By one statement: a checkpoint that is stored meanwhile comes with pages of its own.
  const [row, ...pages] = await database.read(
    (sql) => sql<CheckpointPart[]>`
      select -1 as page, seq, body, (select max(seq) from journal_segment where shard = stored.shard) as head
      from shard_checkpoint as stored where shard = ${shard}::integer
      union all
      select page, 0, body, null from known_actors where shard = ${shard}::integer order by page`,
  );
  if (row === undefined || row.page >= 0) return false;
  const seq = Number(row.seq);
  const report = (detail: string): void => findings.add({ about: "checkpoint", shard, seq, detail });
  if (isAhead(row)) report(`the checkpoint is ahead of the journal, which ends at ${row.head ?? 0}`);
  const known = pages.map(({ body }) => body);
  const detail = damageOf(() => decodeCheckpoint(row.body, shard, seq, known));
  if (detail !== undefined) report(detail);
  return true;
}

/** Looks at all snapshots of a shard. Returns how many there are. */
export async function inspectSnapshots(
  database: Database,
  shard: number,
  { findings, versions }: Inspection,
  looked: (snapshots: number) => void,
): Promise<number> {
  let count = 0;
  for (let after = ""; ;) {
    const rows = await database.read(
      (sql) => sql<SnapshotRow[]>`
        select address, seq, body, (select max(seq) from journal_segment where shard = ${shard}::integer) as head
        from actor_snapshot where shard = ${shard}::integer and address > ${after}
        order by address limit ${PAGE_SNAPSHOTS}::integer`,
    );
    for (const row of rows) {
      const { address } = row;
      const seq = Number(row.seq);
      const report = (detail: string): void =>
        findings.add({ about: "snapshot", shard, seq, address, detail });
      if (isAhead(row)) report(`the snapshot is ahead of the journal, which ends at ${row.head ?? 0}`);
      const [tenant = "", kind = "", id = ""] = address.split("/");
      const detail = damageOf(() => {
        const { version } = decodeSnapshot(row.body, shard, { tenant, kind, id, seq });
        return unknownVersion(versions, kind, version);
      });
      if (detail !== undefined) report(detail);
    }
    count += rows.length;
    looked(rows.length);
    if (rows.length < PAGE_SNAPSHOTS) return count;
    after = rows.at(-1)?.address ?? after;
  }
}

function isAhead({ seq, head }: StoredRow): boolean {
  return Number(seq) > Number(head ?? 0);
}

/** What a look at stored bytes finds wrong: what it returns, or that they are damaged. */
function damageOf(look: () => unknown): string | undefined {
  try {
    const found = look();
    return typeof found === "string" ? found : undefined;
  } catch (error) {
    if (error instanceof DamagedBytes) return error.message;
    throw error;
  }
}
