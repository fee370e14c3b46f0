import { formatAddress } from "../contract/address.ts";
import { assert } from "../contract/assert.ts";
import type { ActorEntry, SegmentBody } from "../contract/segment.ts";
import type { Journal } from "../ports/journal.ts";
import type { ActorCell } from "./actor-cell.ts";
import { step } from "./footprint.ts";
import type { Shard } from "./shard.ts";

/**
 * Applies what a segment says about one actor to the actor's state, tickets and keys. The entry has the decider's version:
 * `UpcastingJournal` has seen to that.
 */
export function foldEntry(cell: ActorCell, entry: ActorEntry, atMs: number): void {
  assert(entry.version === cell.decider.version, "an event was not upcast", cell.addressText, entry.version);
  for (const event of entry.events) cell.state = cell.decider.evolve(cell.state, event, atMs);
  for (const record of entry.keys) {
    cell.keyMemory().restore(record);
    cell.ticket = Math.max(cell.ticket, record.ticket);
  }
}

/** The events of all actors in a segment. */
export function eventCountOf({ actors }: SegmentBody): number {
  return actors.reduce((sum, { events }) => sum + events.length, 0);
}

/**
 * Folds all that a shard's journal says about fresh actors up to the last checkpoint: for actors that are known and have
 * no readable snapshot. The journal has the truth.
 */
export async function foldHistory(
  shard: Shard,
  cells: readonly ActorCell[],
  journal: Journal,
): Promise<void> {
  if (cells.length === 0) return;
  const byAddress = new Map(cells.map((cell) => [cell.addressText, cell]));
  for await (const page of journal.read(shard.number, 0)) {
    for (const segment of page) {
      if (segment.seq > shard.checkpointSeq) return;
      const eventCount = eventCountOf(segment.body);
      for (const entry of segment.body.actors) {
        const cell = byAddress.get(formatAddress(entry));
        if (cell === undefined) continue;
        foldEntry(cell, entry, segment.body.atMs);
        step(cell, segment.seq, eventCount);
      }
    }
  }
}
