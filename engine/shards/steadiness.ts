/** How often a node may fall before it is believed less, in the manner of route flap damping (RFC 2439). */
export interface SteadinessLimits {
  /** Falls count half after this long, ms. */
  readonly halfLifeMs: number;
  /** A node with more falls than this is not trusted… */
  readonly fallsMax: number;
  /** …until fewer than this are left of them. */
  readonly trustedBelow: number;
}

/** Counts how often a node has fallen lately: each fall counts one, and less as time goes by. */
export class Steadiness {
  readonly #limits: SteadinessLimits;
  #falls = 0;
  #countedAtMs = 0;
  #isTrusted = true;

  constructor(limits: SteadinessLimits) {
    this.#limits = limits;
  }

  fell(nowMs: number): void {
    this.#falls = this.#fallsAt(nowMs) + 1;
    this.#countedAtMs = nowMs;
    if (this.#falls > this.#limits.fallsMax) this.#isTrusted = false;
  }

  isTrusted(nowMs: number): boolean {
    if (!this.#isTrusted && this.#fallsAt(nowMs) < this.#limits.trustedBelow) this.#isTrusted = true;
    return this.#isTrusted;
  }

  #fallsAt(nowMs: number): number {
    // Falls that a clock which was set back puts into the future count half in time all the same.
    this.#countedAtMs = Math.min(this.#countedAtMs, nowMs);
    return this.#falls * 2 ** (-(nowMs - this.#countedAtMs) / this.#limits.halfLifeMs);
  }
}
