import type { HandOverPhase } from "./hand-over.ts";

/** How long a move was in each of its phases, milliseconds. */
export type PhasesMs = Readonly<Partial<Record<HandOverPhase, number>>>;

/** Measures how long a move is in each of its phases. */
export class PhaseTimes {
  #enteredAtMs: number;
  #phasesMs: PhasesMs = {};

  constructor(nowMs: number) {
    this.#enteredAtMs = nowMs;
  }

  /** Those that are over. */
  get phasesMs(): PhasesMs {
    return this.#phasesMs;
  }

  /** A phase is over. */
  left(phase: HandOverPhase, nowMs: number): void {
    const beforeMs = this.#phasesMs[phase] ?? 0;
    this.#phasesMs = { ...this.#phasesMs, [phase]: beforeMs + nowMs - this.#enteredAtMs };
    this.#enteredAtMs = nowMs;
  }

  /** How long clients may have been waiting, in a phase that follows on `finishing`. */
  pausedForMs(nowMs: number): number {
    return (this.#phasesMs.finishing ?? 0) + nowMs - this.#enteredAtMs;
  }
}
