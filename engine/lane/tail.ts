import { formatAddress } from "../contract/address.ts";
import { assert } from "../contract/assert.ts";
import type { AnyDecider } from "../contract/decider.ts";
import type { ActorEntry } from "../contract/segment.ts";
import { OwnershipLost, type Claim, type Segment } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { Checkpoint, KnownPages } from "../ports/snapshots.ts";
import { ActorCell } from "./actor-cell.ts";
import { eventCountOf, foldEntry } from "./fold.ts";
import { step } from "./footprint.ts";
import { KnownActors } from "./known-actors.ts";
import type { Reading } from "./reading-turns.ts";
import { Shard } from "./shard.ts";
import { restoreActors, type StoredActorSources } from "./stored-actors.ts";
import { trustedAddress } from "./work.ts";

// Actors that are read back together while nobody waits for them: a footprint leads to a few segments each.
const PIECE_ACTORS = 64;
// What a known actor takes to be taken in, and one that was read back to be folded, in bytes of segments that take as long.
const KNOWN_ACTOR_BYTES = 2;
const RESTORED_ACTOR_BYTES = 128;

/** What recovery reads from. */
export interface RecoverySources extends StoredActorSources {
  readonly log: Log;
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly settledKeysMax: number;
  readonly timerWindowLength: number;
}

/** The journal ends before a claim, since the database has gone back behind it: it has to be made again. */
export class ClaimGone extends Error {
  override readonly name = "ClaimGone";
}

/** The segments of one shard after its last checkpoint, folded page by page, as far as they were read. */
export class Tail {
  readonly shard: Shard;
  readonly #sources: RecoverySources;
  /** Number of the segment that each actor's stored state reaches up to; it may be past the checkpoint. */
  readonly #storedSeq = new Map<ActorCell, number>();
  /** What the checkpoint knows, until it is taken in. */
  #stored: KnownPages | undefined;
  #lastSeq = 0;

  constructor(shard: number, checkpoint: Checkpoint | undefined, sources: RecoverySources) {
    this.#sources = sources;
    this.shard = new Shard({ shard, epoch: 0, seq: 0 }, sources.settledKeysMax);
    if (checkpoint === undefined) return;
    this.#lastSeq = checkpoint.seq;
    this.shard.checkpointSeq = checkpoint.seq;
    this.#stored = checkpoint.known;
    this.shard.restoreMemory(checkpoint.memory);
  }

  /** Number of the last segment that was read. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Reads on to the end of the journal as it is now, while another owner has the shard: in pieces, for as long as it is read ahead.
   * One that is not wanted any more ends with its piece.
   */
  async readOn(reading: Reading): Promise<void> {
    if (reading.urgency === "later") await this.#readAhead(reading);
    if (reading.urgency !== "now") return;
    this.#recall();
    await this.#read(() => undefined);
  }

  /** Brings the shard up to its claim, and shows each segment that was missing. */
  async finish(claim: Claim, seen: (segment: Segment) => void): Promise<void> {
    const { shard } = this;
    this.#recall();
    shard.own(claim);
    if (claim.missing?.[0]?.seq === this.#lastSeq + 1) await this.#take(claim.missing, seen);
    // The takeover record is the last segment; when it is all that is missing there is nothing to read.
    if (claim.seq !== this.#lastSeq + 1) await this.#readUpTo(claim, seen);
    for (const cell of shard.cells.values()) {
      const dueAtMs = cell.decider.dueAtMs(cell.state);
      if (dueAtMs !== undefined) shard.timers.schedule(cell.addressText, dueAtMs);
    }
  }

  async #readUpTo({ shard, seq }: Claim, seen: (segment: Segment) => void): Promise<void> {
    // What was read while the shard was claimed may have its takeover record already.
    if (this.#lastSeq < seq) await this.#read(seen);
    if (this.#lastSeq > seq)
      throw new OwnershipLost(`another owner has taken shard ${shard} over while it was read`);
    if (this.#lastSeq < seq)
      throw new ClaimGone(
        `the journal of shard ${shard} ends at ${this.#lastSeq}, not at its takeover record ${seq}`,
      );
  }

  /** Takes in which actors are known, once: of many that takes a while. */
  #recall(): void {
    if (this.#stored === undefined) return;
    this.shard.known = new KnownActors(this.#stored);
    this.#stored = undefined;
  }

  async #read(seen: (segment: Segment) => void): Promise<void> {
    for await (const page of this.#sources.journal.read(this.shard.number, this.#lastSeq)) {
      await this.#take(page, seen);
    }
  }

  async #readAhead(reading: Reading): Promise<void> {
    const { journal } = this.#sources;
    if (this.#stored !== undefined) await reading.piece(this.#stored.count * KNOWN_ACTOR_BYTES);
    this.#recall();
    for await (const page of journal.read(this.shard.number, this.#lastSeq, reading.piece)) {
      await this.#take(page, () => undefined, reading.piece);
      if (reading.urgency !== "later") return;
    }
  }

  /** The segments that follow on what was read. With `piece`, what would take long in one go is done in pieces. */
  async #take(
    page: readonly Segment[],
    seen: (segment: Segment) => void,
    piece?: (bytes: number) => Promise<void>,
  ): Promise<void> {
    await this.#activate(page, piece);
    for (const segment of page) {
      this.#foldSegment(segment);
      seen(segment);
      this.#lastSeq = segment.seq;
    }
  }

  #foldSegment({ seq, body }: Segment): void {
    const { shard } = this;
    const eventCount = eventCountOf(body);
    shard.replay(body);
    for (const entry of body.actors) {
      const cell = shard.cells.get(formatAddress(entry)) as ActorCell;
      shard.dirty.add(cell);
      // A checkpoint that was being stored while this recovery began may have left a snapshot that is newer than the
      // checkpoint read here: it has these events already.
      if (seq <= (this.#storedSeq.get(cell) ?? 0)) continue;
      foldEntry(cell, entry, body.atMs);
      step(cell, seq, eventCount);
    }
  }

  /** Makes the actors of a page that are not in memory, from their snapshots where there are any. */
  async #activate(page: readonly Segment[], piece?: (bytes: number) => Promise<void>): Promise<void> {
    const { shard } = this;
    const fresh: ActorCell[] = [];
    for (const { body } of page) {
      for (const entry of body.actors) {
        const addressText = formatAddress(entry);
        if (shard.cells.has(addressText)) continue;
        const cell = this.#cell(entry, addressText);
        shard.cells.set(addressText, cell);
        if (shard.known.has(addressText)) fresh.push(cell);
      }
    }
    const together = piece === undefined ? fresh.length : PIECE_ACTORS;
    for (let start = 0; start < fresh.length; start += together) {
      const cells = fresh.slice(start, start + together);
      await this.#restore(cells);
      await piece?.(cells.length * RESTORED_ACTOR_BYTES);
    }
  }

  async #restore(cells: readonly ActorCell[]): Promise<void> {
    const reached = await restoreActors(this.shard, cells, this.#sources);
    for (const [cell, seq] of reached) this.#storedSeq.set(cell, seq);
  }

  #cell(entry: ActorEntry, addressText: string): ActorCell {
    const decider = this.#sources.deciders.get(entry.kind);
    assert(
      decider !== undefined,
      `the journal has actors of kind ${entry.kind}, which this program does not know`,
    );
    const address = trustedAddress(entry.tenant, entry.kind, entry.id);
    return new ActorCell(address, addressText, decider, this.shard);
  }
}
