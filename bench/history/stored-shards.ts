import { formatAddress } from "../../engine/contract/address.ts";
import type {
  ActorAddress,
  Checkpoint,
  SnapshotStore,
  StoredSnapshot,
} from "../../engine/ports/snapshots.ts";
import type { ReadableJournal } from "../verify/verify-journal.ts";

/** What is stored of one shard beside its journal. */
export interface StoredShard {
  readonly checkpoint: Checkpoint;
  readonly snapshots: readonly StoredSnapshot[];
}

/** The parts of a store that a check uses. */
export type ReadableSnapshots = Pick<SnapshotStore, "checkpoints" | "load">;

/** Reads the checkpoints of all shards and the snapshots of all actors that the journal names. */
export async function readStoredShards(
  journal: ReadableJournal,
  store: ReadableSnapshots,
): Promise<readonly StoredShard[]> {
  const heads = await journal.heads();
  const checkpoints = await store.checkpoints(heads.map(([shard]) => shard));
  const stored: StoredShard[] = [];
  for (const checkpoint of checkpoints) {
    const addresses = await addressesOf(journal, checkpoint.shard);
    stored.push({ checkpoint, snapshots: await store.load(checkpoint.shard, addresses) });
  }
  return stored;
}

async function addressesOf(journal: ReadableJournal, shard: number): Promise<readonly ActorAddress[]> {
  const addresses = new Map<string, ActorAddress>();
  for await (const page of journal.read(shard, 0)) {
    for (const { body } of page) {
      for (const { tenant, kind, id } of body.actors)
        addresses.set(formatAddress({ tenant, kind, id }), { tenant, kind, id });
    }
  }
  return [...addresses.values()];
}
