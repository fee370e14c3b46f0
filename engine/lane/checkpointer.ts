import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Checkpoint, SnapshotStore, StoredSnapshot } from "../ports/snapshots.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { LaneLimits } from "./limits.ts";
import type { Residents } from "./residents.ts";
import type { Shard } from "./shard.ts";
import type { LaneCounters } from "./statistics.ts";

/** A shard's state at one segment, taken while nothing later had been decided. */
export interface CapturedShard {
  readonly shard: Shard;
  readonly checkpoint: Checkpoint;
  readonly snapshots: readonly StoredSnapshot[];
  readonly cells: readonly ActorCell[];
}

/** What the checkpointer needs of its lane. */
export interface CheckpointerDependencies {
  readonly snapshots: SnapshotStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LaneLimits;
  readonly counters: LaneCounters;
  readonly residents: Residents;
}

/**
 * Bounds the tail that recovery has to read: stores a shard's changed actors and its memory when enough has happened,
 * one shard at a time, and lets actors leave memory that are stored and not in use.
 */
export class Checkpointer {
  readonly #dependencies: CheckpointerDependencies;
  #saving: Promise<void> | undefined;
  /** What is on its way to the store. */
  #captured: CapturedShard | undefined;
  #rotation = 0;
  #notBeforeMs = 0;

  constructor(dependencies: CheckpointerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Makes room in memory, and copies the shard that needs a checkpoint most, if any does. Called when a batch has just
   * been sealed (or is empty): memory then holds exactly what the journal will hold.
   */
  capture(shards: ReadonlyMap<number, Shard>, evenIfFresh = false): CapturedShard | undefined {
    const { clock, residents, limits } = this.#dependencies;
    const hasRoom = residents.shrink(limits.activatedActorsMax, (cell) => this.#mayLeave(cell));
    if (this.#saving !== undefined || clock.nowMs() < this.#notBeforeMs) return undefined;
    const shard = this.#choose(shards, hasRoom, evenIfFresh);
    if (shard === undefined) return undefined;
    this.#captured = captureShard(shard);
    return this.#captured;
  }

  /** Stores what was captured, once its segment is durable. */
  save(captured: CapturedShard): void {
    this.#captured = captured;
    this.#saving = this.#store(captured).finally(() => {
      this.#saving = undefined;
    });
  }

  /** Resolves when nothing is being stored. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  async #store(captured: CapturedShard): Promise<void> {
    const { shard, checkpoint, snapshots, cells } = captured;
    const { log, limits, clock, counters } = this.#dependencies;
    try {
      await this.#dependencies.snapshots.save(checkpoint, snapshots);
    } catch (error) {
      // The journal still has everything; only recovery stays longer than it should be.
      for (const cell of cells) shard.dirty.add(cell);
      shard.tailEvents = Math.max(shard.tailEvents, limits.checkpointEventsMax);
      this.#notBeforeMs = clock.nowMs() + limits.redeliverAfterMs;
      log.warn({ err: error, shard: shard.number }, "checkpoint failed; will try again");
      return;
    } finally {
      this.#captured = undefined;
    }
    shard.checkpointSeq = checkpoint.seq;
    shard.known.stored(checkpoint.known.first + checkpoint.known.fingerprints.length / 2);
    counters.checkpoints += 1;
    for (const cell of cells) if (isDone(cell)) shard.cells.delete(cell.addressText);
  }

  /** An actor of a shard that is being stored may not be there yet, and would be read as it was before. */
  #mayLeave(cell: ActorCell): boolean {
    return cell.idle && cell.shard !== this.#captured?.shard;
  }

  #choose(shards: ReadonlyMap<number, Shard>, hasRoom: boolean, evenIfFresh: boolean): Shard | undefined {
    const { limits, clock } = this.#dependencies;
    const nowMs = clock.nowMs();
    let tailEvents = 0;
    let longest: Shard | undefined;
    for (const shard of shards.values()) {
      tailEvents += shard.tailEvents;
      if (longest === undefined || shard.tailEvents > longest.tailEvents) longest = shard;
    }
    if (longest === undefined || longest.tailEvents === 0) return undefined;
    const isLong = longest.tailEvents >= limits.checkpointEventsMax || tailEvents > limits.laneTailEventsMax;
    // Actors that are not stored cannot make room: the longest tail has most of them.
    if (isLong || !hasRoom) return longest;
    return this.#next([...shards.values()], (shard) => {
      return evenIfFresh || nowMs - shard.tailSinceMs >= limits.checkpointAgeMs;
    });
  }

  /** The next shard in turn that has something to store and is `due`. */
  #next(shards: readonly Shard[], due: (shard: Shard) => boolean): Shard | undefined {
    for (let step = 0; step < shards.length; step += 1) {
      this.#rotation = (this.#rotation + 1) % shards.length;
      const shard = shards[this.#rotation] as Shard;
      if (shard.tailEvents > 0 && due(shard)) return shard;
    }
    return undefined;
  }
}

function captureShard(shard: Shard): CapturedShard {
  const cells = [...shard.dirty];
  const snapshots = cells.map((cell) => {
    const { tenant, kind, id } = cell.address;
    const dueAtMs = cell.decider.dueAtMs(cell.state);
    return {
      tenant,
      kind,
      id,
      seq: shard.seq,
      ...(dueAtMs !== undefined && { dueAtMs }),
      snapshot: cell.capture(),
    };
  });
  for (const cell of cells) shard.known.add(cell.addressText);
  const checkpoint: Checkpoint = {
    shard: shard.number,
    seq: shard.seq,
    memory: shard.captureMemory(),
    known: shard.known.unstored(),
  };
  shard.dirty.clear();
  shard.tailEvents = 0;
  return { shard, checkpoint, snapshots, cells };
}

/** Stored as it is, waited for by nobody, and nothing more will happen to it. */
function isDone(cell: ActorCell): boolean {
  return cell.idle && cell.decider.isAtRest?.(cell.state) === true;
}
