/** How long whoever judges others waits for them to speak up. */
export interface MercyLimits {
  /** Nodes send a beat this often, ms. */
  readonly beatEveryMs: number;
  /** Without serving for this long a node is dead, ms. */
  readonly deadAfterMs: number;
  /** How long nodes have at most to find the bus again after this one has found it, ms. */
  readonly busBackMs: number;
}

// Whoever looks several times per beat, and not for so long, stood still.
const STILL_BEATS = 2;

/**
 * Until when nobody is believed worse, since what others said may not have been heard: after the bus was away, this thread stood
 * still, or its clock was set.
 *
 * Each of these may happen again before the time that the last one gave is over, for ever at worst. Who has kept silent for as long as
 * anybody needs to find the bus, while it could have been heard, is spared no more.
 */
export class Mercy {
  readonly #limits: MercyLimits;
  /** Since when this node has not heard the others; undefined while it does. */
  #deafSinceMs: number | undefined;
  #untilMs = 0;
  #listenedMs = 0;
  /** How much of it is certain: somebody was heard then. */
  #certainMs = 0;

  constructor(limits: MercyLimits) {
    this.#limits = limits;
  }

  /** Whether this node does not hear the others at the moment. */
  get isDeaf(): boolean {
    return this.#deafSinceMs !== undefined;
  }

  /** For how long in all the others could be heard, as far as it is known, ms: less again when it turns out that the bus was silent. */
  get listenedMs(): number {
    return this.#listenedMs;
  }

  /** Whether a node is spared now that was heard last when {@link listenedMs} was that. */
  spares(heardAtListenedMs: number, nowMs: number): boolean {
    const { deadAfterMs, busBackMs } = this.#limits;
    return nowMs < this.#untilMs && this.#listenedMs - heardAtListenedMs < deadAfterMs + busBackMs;
  }

  /** Somebody was heard, so that the others could be until now. */
  heard(): void {
    this.#certainMs = this.#listenedMs;
  }

  /** Whether this node hears the others at all: while its bus is away, and until all have found it again, silence says nothing. */
  listen(isListening: boolean, nowMs: number): void {
    const { deadAfterMs, busBackMs } = this.#limits;
    if (!isListening) {
      this.#deafSinceMs ??= nowMs;
      // A bus that is silent is found to be so beats later.
      this.#listenedMs = this.#certainMs;
    } else if (this.#deafSinceMs !== undefined) {
      this.#extend(nowMs + Math.min(busBackMs, deadAfterMs + nowMs - this.#deafSinceMs));
      this.#deafSinceMs = undefined;
    }
  }

  /** So much time has passed, by the clock, since this node looked at the others last. */
  passed(forMs: number, nowMs: number): void {
    const { beatEveryMs, deadAfterMs } = this.#limits;
    const isStill = forMs > STILL_BEATS * beatEveryMs;
    // Beats may wait to be read.
    if (isStill) this.#extend(nowMs + deadAfterMs);
    else if (!this.isDeaf) this.#listenedMs += Math.max(0, forMs);
  }

  /** The clock was set back. */
  clockSetBack(nowMs: number): void {
    this.#untilMs = nowMs + this.#limits.deadAfterMs;
    if (this.#deafSinceMs !== undefined) this.#deafSinceMs = Math.min(this.#deafSinceMs, nowMs);
  }

  #extend(untilMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, untilMs);
  }
}
