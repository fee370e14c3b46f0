import type { Clock } from "../../engine/ports/clock.ts";
import type { Agenda } from "./agenda.ts";

/** A process of the simulated machine: what it does ends with its life and stands still while it is paused. */
export class SimulatedProcess {
  readonly name: string;
  readonly #agenda: Agenda;
  #alive = true;
  #paused = false;
  #clockOffsetMs = 0;
  /** What would have happened while the process stood still, in order. */
  #missed: (() => void)[] = [];
  readonly #ends = new Set<() => void>();

  constructor(name: string, agenda: Agenda) {
    this.name = name;
    this.#agenda = agenda;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The clock that programs of this process see. Its timers run by the machine, whatever the time of day says. */
  readonly clock: Clock = {
    nowMs: () => this.#agenda.nowMs + this.#clockOffsetMs,
    after: (delayMs, task) => this.plan(delayMs, task),
    soon: (task) => void this.plan(0, task),
  };

  /** Runs `task` in this process after that time, unless it is dead by then. Returns a function that cancels it. */
  plan(delayMs: number, task: () => void): () => void {
    let cancelled = false;
    const cancel = this.#agenda.plan(delayMs, () =>
      this.run(() => {
        if (!cancelled) task();
      }),
    );
    return () => {
      cancelled = true;
      cancel();
    };
  }

  /** Runs `task` now, when the process goes on, or never. */
  run(task: () => void): void {
    if (!this.#alive) return;
    if (this.#paused) this.#missed.push(task);
    else task();
  }

  /** Calls `listener` when the process has died, until the returned function is called. */
  onEnd(listener: () => void): () => void {
    this.#ends.add(listener);
    return () => this.#ends.delete(listener);
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#missed = [];
    for (const listener of this.#ends) listener();
  }

  pause(): void {
    this.#paused = true;
  }

  /** Goes on, with all that has come meanwhile. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    for (const task of this.#missed.splice(0)) this.plan(0, task);
  }

  /** Corrects the time of day. */
  setClock(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs;
  }
}
