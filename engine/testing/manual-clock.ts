import type { Clock } from "../ports/clock.ts";

interface Planned {
  atMs: number;
  readonly task: () => void;
}

// A whole recovery from the scripted journal and store takes fewer turns of the microtask queue.
const MICROTASK_TURNS = 300;
const STEPS_MAX = 100_000;

/** A clock that stands still until a test moves it; every task runs in a fixed order. */
export class ManualClock implements Clock {
  #nowMs: number;
  #soon: (() => void)[] = [];
  readonly #planned = new Set<Planned>();

  constructor(nowMs = 1_000_000) {
    this.#nowMs = nowMs;
  }

  /** Tasks that are planned for later. */
  get plannedCount(): number {
    return this.#planned.size;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const planned = { atMs: this.#nowMs + delayMs, task };
    this.#planned.add(planned);
    return () => this.#planned.delete(planned);
  }

  soon(task: () => void): void {
    this.#soon.push(task);
  }

  /** The machine's clock is corrected. What is planned comes as late as it would have, but for the time that a thread stood still. */
  setBack(byMs: number): void {
    this.#nowMs -= byMs;
    if (byMs > 0) for (const planned of this.#planned) planned.atMs -= byMs;
  }

  /** Lets everything happen that needs no time to pass. */
  async settle(): Promise<void> {
    for (let step = 0; step < STEPS_MAX; step += 1) {
      for (let turn = 0; turn < MICROTASK_TURNS; turn += 1) await Promise.resolve();
      const task = this.#soon.shift() ?? this.#takeDue();
      if (task === undefined) return;
      task();
    }
    throw new Error("the program never becomes idle");
  }

  /** Lets time pass, in the order of what is planned. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      await this.settle();
      const next = this.#earliest();
      if (next === undefined || next.atMs > endMs) break;
      this.#nowMs = next.atMs;
    }
    this.#nowMs = endMs;
    await this.settle();
  }

  #takeDue(): (() => void) | undefined {
    const next = this.#earliest();
    if (next === undefined || next.atMs > this.#nowMs) return undefined;
    this.#planned.delete(next);
    return next.task;
  }

  #earliest(): Planned | undefined {
    let earliest: Planned | undefined;
    for (const planned of this.#planned) {
      if (earliest === undefined || planned.atMs < earliest.atMs) earliest = planned;
    }
    return earliest;
  }
}
