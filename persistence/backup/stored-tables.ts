/**
 * The tables of a shop that a backup holds, in an order in which they may be filled. Whoever makes a table puts it here, or among those
 * that are left out.
 *
 * What could be made again from the journal is here as well (checkpoints, snapshots, read models): a shop that comes back from
 * its backup opens as quickly as one that was restarted, with its catalogue.
 */
export const STORED_TABLES: readonly string[] = [
  "shop",
  "shard_owner",
  "journal_archive",
  "journal_segment",
  "shard_checkpoint",
  "known_actors",
  "actor_snapshot",
  "projected_position",
  "stock",
  "orders",
  "coordinator",
  "placement",
  "shard_placement",
  "placement_change",
  "placement_change_shard",
  "node",
  "forgotten_node",
  "cluster_name",
  "operation",
  "webhook_endpoint",
  "webhook_position",
  "webhook_letter",
];

/** The tables that no backup holds, with the reason. */
export const LEFT_OUT_TABLES: ReadonlyMap<string, string> = new Map([
  ["migration", "the header of a backup has it, and a restore applies the same ones"],
  ["catalogue_word", "triggers of stock fill it while that is restored"],
  ["shard_epochs", "a copy of shard_owner; a restore raises all epochs, and writes it"],
]);
