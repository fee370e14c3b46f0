/** A promise that a simulation saw broken. */
export interface Violation {
  /** Which check found it. */
  readonly check: string;
  readonly detail: string;
}

const KEPT_MAX = 20;

/** The broken promises of one simulation. */
export class Violations {
  readonly #kept: Violation[] = [];
  count = 0;

  add(check: string, detail: string): void {
    this.count += 1;
    if (this.#kept.length < KEPT_MAX) this.#kept.push({ check, detail });
  }

  /** The first ones. */
  get all(): readonly Violation[] {
    return this.#kept;
  }
}
