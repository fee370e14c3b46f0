import type { Clock } from "../../../engine/ports/clock.ts";

/** A clock that moves by hand. */
export class HandClock implements Clock {
  #nowMs = 1_000;
  #tasks: { readonly atMs: number; readonly task: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, task };
    this.#tasks.push(entry);
    return () => (this.#tasks = this.#tasks.filter((other) => other !== entry));
  }

  soon(task: () => void): void {
    task();
  }

  pass(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#tasks.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#tasks = this.#tasks.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { task } of due) task();
  }
}
