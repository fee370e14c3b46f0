import { assert } from "../contract/assert.ts";
import type { Bus } from "../ports/bus.ts";

/**
 * How well a node hears itself on the bus, and so the others.
 * `clear`: what it says comes back; `faint`: the last of it has not, or the bus is away; `gone`: so much has not that the others
 * take it for dead.
 */
export type EchoState = "clear" | "faint" | "gone";

/** When an echo is gone. */
export interface EchoLimits {
  /** Nodes send a beat this often, ms. */
  readonly beatEveryMs: number;
  /** Without a beat for this long a node is dead for the others, ms. */
  readonly deadAfterMs: number;
}

// The last one may be on its way, and the one before it may be lost.
const FAINT_AT = 3;

/**
 * What comes back to a node of its own beats.
 *
 * A connection that is broken may look well for seconds, or in one direction for ever; only who hears itself knows that it hears
 * others, and is heard. Counted in beats and not in time: a process that stood still has said nothing meanwhile, and has not yet
 * read what came.
 */
export class Echo {
  readonly #bus: Bus;
  readonly #goneAt: number;
  readonly #listeners = new Set<(state: EchoState) => void>();
  readonly #endBus: () => void;
  /** Beats since the last one that came back. */
  #missing = 0;
  #state: EchoState;

  constructor(bus: Bus, { beatEveryMs, deadAfterMs }: EchoLimits) {
    this.#bus = bus;
    this.#goneAt = Math.ceil(deadAfterMs / beatEveryMs);
    assert(FAINT_AT < this.#goneAt, "an echo is faint before it is gone");
    this.#state = this.#judge();
    this.#endBus = bus.onState(() => this.#look());
  }

  get state(): EchoState {
    return this.#state;
  }

  /** A beat is sent, or would be if the bus was not away. */
  said(): void {
    this.#missing += 1;
    this.#look();
  }

  /** A beat of this start of the node has come back, however old it is. */
  heard(): void {
    this.#missing = 0;
    this.#look();
  }

  /** Calls `listener` after every change of the state until the returned function is called. */
  onChange(listener: (state: EchoState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#endBus();
    this.#listeners.clear();
  }

  #look(): void {
    const state = this.#judge();
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #judge(): EchoState {
    if (this.#missing >= this.#goneAt) return "gone";
    return this.#bus.state === "away" || this.#missing >= FAINT_AT ? "faint" : "clear";
  }
}
