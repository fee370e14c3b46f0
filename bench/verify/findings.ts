/** One broken promise, with the place where it shows. */
export interface Violation {
  /** `tenant/kind/id` of the actor, where one is to blame. */
  readonly address?: string;
  readonly shard?: number;
  /** Number of the segment within its shard. */
  readonly seq?: number;
  /** One sentence with the figures. */
  readonly detail: string;
}

/** Violations kept in full per check; the others are only counted. */
export const EXAMPLES_MAX = 20;

/** What one check has seen so far. */
export class Findings {
  #checked = 0;
  #violations = 0;
  #open = 0;
  readonly #examples: Violation[] = [];

  /** Counts subjects that were looked at. */
  checked(count = 1): void {
    this.#checked += count;
  }

  /** Counts a subject that is still on its way, so that nothing can be said about its end. */
  open(): void {
    this.#open += 1;
  }

  violation(violation: Violation): void {
    this.#violations += 1;
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push(violation);
  }

  get checkedCount(): number {
    return this.#checked;
  }

  get violationCount(): number {
    return this.#violations;
  }

  get openCount(): number {
    return this.#open;
  }

  get examples(): readonly Violation[] {
    return this.#examples;
  }
}
