import { snapshotConformance } from "../conformance/snapshot-conformance.ts";
import type { SnapshotSubject } from "../conformance/snapshot-conformance.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import { recordingLog } from "../testing/silent-log.ts";
import { postgresSnapshots } from "./snapshots.ts";

snapshotConformance("postgres", async (): Promise<SnapshotSubject> => {
  const { url, database, close } = await migratedDatabase();
  const { sql } = database;
  const log = recordingLog();
  return {
    open: () => postgresSnapshots(url, { log }),
    reported: () => log.errors,
    async damage(shard, id) {
      const damaged = sql`set_byte(body, length(body) - 1, 1 # get_byte(body, length(body) - 1))`;
      if (id === undefined) await sql`update shard_checkpoint set body = ${damaged} where shard = ${shard}`;
      else
        await sql`update actor_snapshot set body = ${damaged} where shard = ${shard} and address like ${`%/${id}`}`;
    },
    async damageKnown(shard) {
      await sql`update known_actors set body = set_byte(body, 9, 1 # get_byte(body, 9)) where shard = ${shard}`;
    },
    async reset() {
      await sql`truncate shard_checkpoint, actor_snapshot, known_actors`;
    },
    close,
  };
});
