import type { AnyDecider } from "../contract/decider.ts";
import { assert } from "../contract/assert.ts";
import type { RowChange } from "../contract/row-change.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal, Segment } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import { ProjectionMoved } from "../ports/read-models.ts";
import type { ProjectedPosition, ReadModels } from "../ports/read-models.ts";
import { trustedAddress } from "../lane/work.ts";
import { UpcastingJournal } from "../upcasting/upcasting-journal.ts";

/** How the projector shares the machine with the lanes. */
export interface ProjectorLimits {
  /** Pause between two looks at an idle journal, ms. */
  readonly idlePauseMs: number;
  /** The journal is busy when it has grown faster than this since the last look, segments counted as events, too… */
  readonly busyEventsPerSecond: number;
  /** …and then the projector pauses this many times as long as the last round took: orders come before reports. */
  readonly busyPauseFactor: number;
  /** …but no longer than this, ms: a round may have waited for a database that is back, or for a machine that slept. */
  readonly busyPauseMaxMs: number;
  /**
   * A round ends with the segment that makes it so many events; each segment counts as one more. Small, since whoever orders
   * meanwhile shares the machine with it.
   */
  readonly eventsPerRoundMax: number;
  /** The same for one shard of a round: one that grows faster than it is followed leaves room for the others. */
  readonly eventsPerShardMax: number;
}

/** Follows within half a second when idle; takes about a twentieth of one core under load. */
export const defaultProjectorLimits: ProjectorLimits = {
  idlePauseMs: 250,
  busyEventsPerSecond: 10_000,
  busyPauseFactor: 19,
  busyPauseMaxMs: 10_000,
  eventsPerRoundMax: 2_500,
  eventsPerShardMax: 600,
};

/** Segments that are read at a time: about as many as a round takes of one shard. */
export const PROJECTED_PAGE_SEGMENTS = 32;

/** What was taken of one shard in a round. */
interface Taken {
  readonly changes: readonly RowChange[];
  readonly lastSeq: number;
  readonly segments: number;
  /** Segments counted as well. */
  readonly events: number;
}

/** What the projector runs on. */
export interface ProjectorDependencies {
  readonly journal: Journal;
  readonly readModels: ReadModels;
  readonly deciders: readonly AnyDecider[];
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: ProjectorLimits;
}

/**
 * Builds the read models from the journal, shard by shard, each segment exactly once.
 *
 * It follows at its own pace: in a rush it falls behind and catches up afterwards, so that reports never slow an order.
 */
export class Projector {
  readonly #dependencies: ProjectorDependencies;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #journal: UpcastingJournal;
  readonly #positions = new Map<number, number>();
  #lagSegments = 0;
  /** Where the journal ended at the last look, by shard. */
  #heads: ReadonlyMap<number, number> = new Map();
  #lookedAtMs = 0;
  #isBusy = false;
  #running: Promise<void> | undefined;
  #stopping = false;
  #cancelPause: () => void = () => undefined;

  constructor(dependencies: ProjectorDependencies) {
    this.#dependencies = dependencies;
    this.#deciders = new Map(dependencies.deciders.map((decider) => [decider.kind, decider]));
    this.#journal = new UpcastingJournal(dependencies.journal, this.#deciders);
  }

  /** Segments that the read models were behind the journal at the last look. */
  get lagSegments(): number {
    return this.#lagSegments;
  }

  /** Follows the journal to its end, or until {@link stop}. Before {@link start} only. */
  async catchUp(): Promise<void> {
    await this.#readPositions();
    do await this.#round();
    while (this.#lagSegments > 0 && !this.#stopping);
  }

  start(): void {
    this.#running ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelPause();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { clock, limits, log } = this.#dependencies;
    let started = false;
    while (!this.#stopping) {
      const startedAtMs = clock.nowMs();
      let hasFailed = false;
      try {
        if (!started) await this.#readPositions();
        started = true;
        await this.#round();
      } catch (error) {
        started = false;
        // Two shops project for a moment while one takes over from the other: each segment still counts once.
        if (error instanceof ProjectionMoved)
          log.debug(
            { reason: error.message },
            "another projection follows the journal too; reading its positions",
          );
        else {
          hasFailed = true;
          log.warn({ err: error }, "read models could not follow the journal; will try again");
        }
      }
      const tookMs = clock.nowMs() - startedAtMs;
      const pauseMs = this.#pauseMs(tookMs);
      // A database that is away or full is not asked as fast as it refuses.
      await this.#pause(hasFailed ? Math.max(pauseMs, limits.idlePauseMs) : pauseMs);
    }
  }

  #pauseMs(tookMs: number): number {
    const { idlePauseMs, busyPauseFactor, busyPauseMaxMs } = this.#dependencies.limits;
    if (this.#isBusy) return Math.max(Math.min(tookMs * busyPauseFactor, busyPauseMaxMs), idlePauseMs);
    return this.#lagSegments > 0 ? 0 : idlePauseMs;
  }

  async #readPositions(): Promise<void> {
    this.#positions.clear();
    for (const { shard, seq } of await this.#dependencies.readModels.positions())
      this.#positions.set(shard, seq);
  }

  /**
   * Applies what is new, up to the round's bound; of the shards first those that are furthest behind. One that cannot be read
   * holds up no other.
   * @throws when one cannot be read, once the others are applied.
   */
  async #round(): Promise<void> {
    const { readModels, limits } = this.#dependencies;
    const heads = await this.#journal.heads();
    await this.#look(new Map(heads));
    const behind = heads
      .map(([shard, seq]) => ({ shard, lag: seq - this.#position(shard) }))
      .filter(({ lag }) => lag > 0)
      .toSorted((one, other) => other.lag - one.lag);
    let lag = behind.reduce((sum, shard) => sum + shard.lag, 0);
    this.#lagSegments = lag;
    let events = 0;
    const changes: (readonly RowChange[])[] = [];
    const positions: ProjectedPosition[] = [];
    const faults: unknown[] = [];
    for (const { shard } of behind) {
      const room = limits.eventsPerRoundMax - events;
      // Of a database that is away each shard fails for itself, after its deadline.
      if (room <= 0 || this.#stopping) break;
      try {
        const taken = await this.#take(shard, Math.min(room, limits.eventsPerShardMax));
        if (taken.segments === 0) continue;
        changes.push(taken.changes);
        positions.push({ shard, seq: taken.lastSeq });
        events += taken.events;
        lag -= taken.segments;
      } catch (error) {
        faults.push(error);
      }
    }
    if (positions.length > 0) await readModels.apply(changes.flat(), positions);
    for (const { shard, seq } of positions) this.#positions.set(shard, seq);
    // Pages may reach beyond the heads that were read before them.
    this.#lagSegments = Math.max(lag, 0);
    if (faults.length > 0) throw faults[0];
  }

  /** The changes of a shard's next segments, up to the one that makes it so many events. */
  async #take(shard: number, eventsMax: number): Promise<Taken> {
    const changes: RowChange[] = [];
    let lastSeq = this.#position(shard);
    let segments = 0;
    let events = 0;
    for await (const page of this.#journal.read(shard, lastSeq)) {
      for (const segment of page) {
        this.#project(segment, changes);
        lastSeq = segment.seq;
        segments += 1;
        events += countOf(segment);
        if (events >= eventsMax) return { changes, lastSeq, segments, events };
      }
    }
    return { changes, lastSeq, segments, events };
  }

  /**
   * Tells by how fast the journal grows whether there is a rush. The newest segment of the shard that has grown most stands for all
   * that are new: what is behind may be of another time.
   */
  async #look(heads: ReadonlyMap<number, number>): Promise<void> {
    const nowMs = this.#dependencies.clock.nowMs();
    let grown = 0;
    let most = { shard: 0, seq: 0, by: 0 };
    for (const [shard, seq] of heads) {
      const by = seq - (this.#heads.get(shard) ?? 0);
      grown += by;
      if (by > most.by) most = { shard, seq, by };
    }
    const elapsedMs = nowMs - this.#lookedAtMs;
    // First, so that a newest segment that cannot be read costs one look.
    this.#heads = heads;
    this.#lookedAtMs = nowMs;
    const [newest] = grown === 0 ? [] : await this.#journal.pick(most.shard, [most.seq]);
    const grownEvents = newest === undefined ? 0 : grown * countOf(newest);
    this.#isBusy = grownEvents * 1_000 > this.#dependencies.limits.busyEventsPerSecond * elapsedMs;
  }

  #project(segment: Segment, changes: RowChange[]): void {
    for (const entry of segment.body.actors) {
      const decider = this.#deciders.get(entry.kind);
      assert(decider !== undefined, `no decider for kind ${entry.kind}`);
      const address = trustedAddress(entry.tenant, entry.kind, entry.id);
      for (const event of entry.events) changes.push(...decider.project(event, address, segment.body.atMs));
    }
  }

  #position(shard: number): number {
    return this.#positions.get(shard) ?? 0;
  }

  async #pause(pauseMs: number): Promise<void> {
    if (this.#stopping) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#dependencies.clock.after(pauseMs, resolve);
      this.#cancelPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** The events of a segment and, since reading it costs as well, the segment itself. */
function countOf({ body }: Segment): number {
  return body.actors.reduce((sum, { events }) => sum + events.length, 1);
}
