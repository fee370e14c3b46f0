import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Checkpoint, SnapshotStore, StoredSnapshot } from "../ports/snapshots.ts";
import type { ActorCell } from "./actor-cell.ts";
import { hasFootprint } from "./footprint.ts";
import type { LaneTime } from "./lane-time.ts";
import type { LaneLimits } from "./limits.ts";
import type { Residents } from "./residents.ts";
import type { Shard } from "./shard.ts";
import type { LaneCounters } from "./lane-counters.ts";

/** A shard's state at one segment, taken while nothing later had been decided. */
export interface CapturedShard {
  readonly shard: Shard;
  readonly checkpoint: Checkpoint;
  readonly snapshots: readonly StoredSnapshot[];
  readonly cells: readonly ActorCell[];
  /** The tail that the checkpoint ends. */
  readonly tailEvents: number;
  readonly tailSinceMs: number;
}

/** Shards that were copied together; each is stored by itself. */
export type Captured = readonly CapturedShard[];

/** What the checkpointer needs of its lane. */
export interface CheckpointerDependencies {
  readonly snapshots: SnapshotStore;
  readonly clock: Clock;
  readonly time: LaneTime;
  readonly log: Log;
  readonly limits: LaneLimits;
  readonly counters: LaneCounters;
  readonly residents: Residents;
}

// Copies are made between two commits; so many actors take a few milliseconds. The shard that passes this is the last.
const ACTORS_PER_CAPTURE = 2_000;

// A second shard is copied at the same time only when the tails are that much too long: the later a shard is stored, the
// more changes of one actor are stored at once.
const BEHIND_FACTOR = 1.5;

/** Why a shard may need a checkpoint, beside its own tail. */
interface CheckpointReasons {
  readonly tailEventsMax: number;
  readonly hasRoom: boolean;
  readonly evenIfFresh: boolean;
}

/**
 * Bounds the tail that recovery has to read: stores a shard's changed actors and its memory when enough has happened,
 * and lets actors leave memory that are stored and not in use.
 */
export class Checkpointer {
  readonly #dependencies: CheckpointerDependencies;
  #saving: Promise<void> | undefined;
  /** Shards that are on their way to the store. */
  #underway: ReadonlySet<Shard> = new Set();
  #rotation = 0;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  constructor(dependencies: CheckpointerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Makes room in memory, and copies the shards that need a checkpoint most, if any do. Called when a batch has just been
   * sealed (or is empty): memory then holds exactly what the journal will hold. A lane that is behind copies several,
   * since a busy one comes here seldom.
   */
  capture(shards: ReadonlyMap<number, Shard>, evenIfFresh = false): Captured {
    const { residents, limits } = this.#dependencies;
    const hasRoom = residents.shrink(limits.activatedActorsMax, (cell) => this.#mayLeave(cell));
    if (this.#saving !== undefined || this.#hasJustFailed) return [];
    const captured: CapturedShard[] = [];
    let actors = 0;
    // Actors that are on their way to the store make room when they are there.
    while (actors < ACTORS_PER_CAPTURE) {
      const makesRoom = hasRoom || residents.size - actors <= limits.activatedActorsMax;
      const isBehind = captured.length > 0;
      const tailEventsMax = limits.laneTailEventsMax * (isBehind ? BEHIND_FACTOR : 1);
      const shard = this.#choose(shards, { tailEventsMax, hasRoom: makesRoom, evenIfFresh });
      if (shard === undefined) break;
      const copy = captureShard(shard);
      actors += copy.cells.length;
      captured.push(copy);
    }
    this.#underway = new Set(captured.map(({ shard }) => shard));
    return captured;
  }

  /** Lets actors leave that have been idle for long. Called now and then. */
  dismissIdle(): void {
    const { residents, time, limits } = this.#dependencies;
    residents.dismissIdle(time.nowMs() - limits.idleActorMs, (cell) => this.#mayLeave(cell));
  }

  /** Stores what was captured, once its segments are durable. */
  save(captured: Captured): void {
    if (captured.length === 0) return;
    this.#saving = Promise.all(captured.map((copy) => this.#store(copy))).then(() => {
      this.#saving = undefined;
      this.#underway = new Set();
    });
  }

  /** Stores everything that recovery would have to fold, while nothing is open and nothing in flight. */
  async saveAll(shards: ReadonlyMap<number, Shard>): Promise<void> {
    for (;;) {
      await this.#saving;
      const captured = this.capture(shards, true);
      if (captured.length === 0) return;
      this.save(captured);
    }
  }

  async #store(captured: CapturedShard): Promise<void> {
    const { shard, checkpoint, snapshots, cells } = captured;
    const { log, clock, counters } = this.#dependencies;
    try {
      await this.#dependencies.snapshots.save(checkpoint, snapshots);
    } catch (error) {
      takeBack(captured);
      this.#failedAtMs = clock.nowMs();
      log.warn({ err: error, shard: shard.number }, "checkpoint failed; will try again");
      return;
    }
    shard.checkpointSeq = checkpoint.seq;
    counters.checkpoints += 1;
    for (const cell of cells) if (isDone(cell)) shard.cells.delete(cell.addressText);
  }

  /** A store that fails is left alone for a while: not for as long as a clock was set back by. */
  get #hasJustFailed(): boolean {
    const { clock, limits } = this.#dependencies;
    const sinceMs = clock.nowMs() - this.#failedAtMs;
    return sinceMs >= 0 && sinceMs < limits.redeliverAfterMs;
  }

  /** An actor of a shard that is being stored may not be there yet, and would be read as it was before. */
  #mayLeave(cell: ActorCell): boolean {
    return cell.idle && !this.#underway.has(cell.shard);
  }

  #choose(
    shards: ReadonlyMap<number, Shard>,
    { tailEventsMax, hasRoom, evenIfFresh }: CheckpointReasons,
  ): Shard | undefined {
    const { limits, time } = this.#dependencies;
    const nowMs = time.nowMs();
    let tailEvents = 0;
    let longest: Shard | undefined;
    for (const shard of shards.values()) {
      tailEvents += shard.tailEvents;
      if (longest === undefined || shard.tailEvents > longest.tailEvents) longest = shard;
    }
    if (longest === undefined || longest.tailEvents === 0) return undefined;
    const isLong = longest.tailEvents >= limits.checkpointEventsMax || tailEvents > tailEventsMax;
    // Actors that are not stored cannot leave: the longest tail has most of them.
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
  const snapshots: StoredSnapshot[] = [];
  for (const cell of cells) {
    const snapshot = needsSnapshot(cell) ? captureCell(cell) : undefined;
    if (snapshot !== undefined) snapshots.push(snapshot);
    shard.known.add(cell.addressText, snapshot === undefined ? cell : undefined);
  }
  const checkpoint: Checkpoint = {
    shard: shard.number,
    seq: shard.seq,
    memory: shard.captureMemory(),
    known: shard.known.takeChanged(),
  };
  const { tailEvents, tailSinceMs } = shard;
  shard.dirty.clear();
  shard.tailEvents = 0;
  return { shard, checkpoint, snapshots, cells, tailEvents, tailSinceMs };
}

function captureCell(cell: ActorCell): StoredSnapshot {
  const { tenant, kind, id } = cell.address;
  const dueAtMs = cell.decider.dueAtMs(cell.state);
  const due = dueAtMs === undefined ? {} : { dueAtMs };
  return { tenant, kind, id, seq: cell.shard.seq, ...due, snapshot: cell.capture() };
}

/** Whoever is at rest and has a short life behind it is read back from the journal, if anybody ever asks. */
function needsSnapshot(cell: ActorCell): boolean {
  return !hasFootprint(cell) || !isAtRest(cell) || cell.decider.dueAtMs(cell.state) !== undefined;
}

/** The journal still has everything; only recovery stays longer than it should be. */
function takeBack({ shard, checkpoint, cells, tailEvents, tailSinceMs }: CapturedShard): void {
  shard.known.takeBack(checkpoint.known);
  for (const cell of cells) shard.dirty.add(cell);
  shard.tailEvents += tailEvents;
  shard.tailSinceMs = tailSinceMs;
}

/** Stored as it is, waited for by nobody, and nothing more will happen to it. */
function isDone(cell: ActorCell): boolean {
  return cell.idle && isAtRest(cell);
}

function isAtRest({ decider, state }: ActorCell): boolean {
  return decider.isAtRest?.(state) === true;
}
