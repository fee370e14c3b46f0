import { clusterConformance } from "../conformance/cluster-conformance.ts";
import { SHARD_COUNT } from "../conformance/cluster-rig.ts";
import type { ClusterSubject } from "../conformance/cluster-rig.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import { postgresCoordinatorLock } from "./coordinator-lock.ts";
import { postgresJournal } from "./journal.ts";
import { postgresNodeStarts, postgresNodeStore } from "./node-store.ts";
import { postgresOperationStore } from "./operation-store.ts";
import { postgresPlacementStore } from "./placement-store.ts";

clusterConformance("postgres", async (): Promise<ClusterSubject> => {
  const { url, database, close } = await migratedDatabase(SHARD_COUNT);
  const { sql } = database;
  return {
    // Each has connections of its own, as a process has.
    open: () => ({
      lock: postgresCoordinatorLock(url),
      placement: postgresPlacementStore(url),
      nodes: postgresNodeStore(url),
      operations: postgresOperationStore(url),
      journal: postgresJournal(url),
    }),
    starts: () => postgresNodeStarts(database),
    async breakLock() {
      await sql`
        select pg_terminate_backend(pid, 5000) from pg_locks
        where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())`;
    },
    async reset() {
      await sql`
        truncate journal_segment, shard_owner, shard_placement, placement_change, placement_change_shard, node, operation`;
      await sql`update placement set version = 0`;
      await sql`update coordinator set term = 0`;
      await sql`update forgotten_node set incarnation = 0`;
    },
    close,
  };
});
