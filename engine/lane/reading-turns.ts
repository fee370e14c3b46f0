import type { Clock } from "../ports/clock.ts";
import type { LaneLimits } from "./limits.ts";

// Read within about two milliseconds.
const TURN_BYTES_MAX = 16_384;

/** A part of a shard's segments to be decoded and folded in one go. */
interface Piece {
  readonly bytes: number;
  readonly begin: () => void;
}

/** How a shard that is read ahead is wanted: when its move comes, at once, or not any more. */
export type ReadingUrgency = "later" | "now" | "never";

/** The reading of one shard ahead of its move. */
export class Reading {
  #urgency: ReadingUrgency = "later";
  readonly #turns: ReadingTurns;
  readonly #drop = Promise.withResolvers<void>();

  constructor(turns: ReadingTurns) {
    this.#turns = turns;
  }

  get urgency(): ReadingUrgency {
    return this.#urgency;
  }

  /** Resolves when nobody wants the shard any more. */
  get dropped(): Promise<void> {
    return this.#drop.promise;
  }

  /** Runs `read` when it is this shard's turn: at once if it is not to be read ahead any more. */
  async run<Result>(read: () => Promise<Result>): Promise<Result> {
    await this.#turns.place(this);
    try {
      return await read();
    } finally {
      this.#turns.leave(this);
    }
  }

  /** Resolves when the next piece of it may be done, which takes as long as it does to decode and fold so many bytes of segments. */
  readonly piece = (bytes: number): Promise<void> => this.#turns.piece(this, bytes);

  /** The shard is taken over, and clients wait for it: what is left is read in one go. */
  hurry(): void {
    this.#urgency = "now";
    this.#turns.leave(this);
    this.#turns.skip(this);
  }

  /** Nobody wants the shard any more: nothing more of it is read than the piece that it is at. */
  drop(): void {
    this.#urgency = "never";
    this.#turns.leave(this);
    this.#drop.resolve();
  }
}

/**
 * Whose turn it is among the shards that a lane reads ahead, so that those that it serves do not wait for them: few are read at a time,
 * in pieces, and for a few milliseconds in each turn of the event loop.
 */
export class ReadingTurns {
  readonly #clock: Clock;
  readonly #limits: Pick<LaneLimits, "readAheadShardsMax">;
  readonly #reading = new Set<Reading>();
  readonly #waiting = new Map<Reading, () => void>();
  /** The next piece of each that waits for a turn of the event loop, the one that has waited longest first. */
  readonly #pieces = new Map<Reading, Piece>();
  #isPlanned = false;

  constructor(clock: Clock, limits: Pick<LaneLimits, "readAheadShardsMax">) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Resolves when the shard may be read, until it {@link leave}s. */
  place(reading: Reading): Promise<void> {
    if (reading.urgency !== "later") return Promise.resolve();
    return new Promise((begin) => {
      this.#waiting.set(reading, begin);
      this.#fill();
    });
  }

  /** Resolves when the next piece of it may be done: in order, as many in one turn of the event loop as take no longer than one may. */
  piece(reading: Reading, bytes: number): Promise<void> {
    if (reading.urgency !== "later") return Promise.resolve();
    return new Promise((begin) => {
      this.#pieces.set(reading, { bytes, begin });
      this.#plan();
    });
  }

  /** Its next piece waits for no turn of the event loop. */
  skip(reading: Reading): void {
    this.#pieces.get(reading)?.begin();
    this.#pieces.delete(reading);
  }

  /** Its place is another one's: it is read, or waits for no turn any more. */
  leave(reading: Reading): void {
    this.#waiting.get(reading)?.();
    this.#waiting.delete(reading);
    this.#reading.delete(reading);
    this.#fill();
  }

  #fill(): void {
    for (const [reading, begin] of this.#waiting) {
      if (this.#reading.size >= this.#limits.readAheadShardsMax) return;
      this.#waiting.delete(reading);
      this.#reading.add(reading);
      begin();
    }
  }

  #plan(): void {
    if (this.#isPlanned || this.#pieces.size === 0) return;
    this.#isPlanned = true;
    this.#clock.soon(() => this.#turn());
  }

  #turn(): void {
    this.#isPlanned = false;
    let bytes = 0;
    for (const [reading, piece] of this.#pieces) {
      bytes += piece.bytes;
      // One that is too large for any turn has one to itself.
      if (bytes > TURN_BYTES_MAX && bytes > piece.bytes) break;
      this.#pieces.delete(reading);
      piece.begin();
    }
    this.#plan();
  }
}
