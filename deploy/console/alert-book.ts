import type { ConsoleAlert } from "../../gateway/protocol/console-line.ts";
import type { FoundAlert } from "./find-alerts.ts";

const RANK: Readonly<Record<ConsoleAlert["severity"], number>> = { wrong: 0, notice: 1 };

// Nobody has watched meanwhile, so nobody knows.
const SILENCE_MS_MAX = 15_000;

/** Remembers since when each thing is seen to be wrong. */
export class AlertBook {
  #sinceMs = new Map<string, number>();
  #notedAtMs = Number.NEGATIVE_INFINITY;

  /** What is wrong now, the worst and oldest first. */
  note(found: readonly FoundAlert[], nowMs: number): readonly ConsoleAlert[] {
    if (nowMs - this.#notedAtMs > SILENCE_MS_MAX) this.#sinceMs.clear();
    this.#notedAtMs = nowMs;
    this.#sinceMs = new Map(found.map(({ key }) => [key, this.#sinceMs.get(key) ?? nowMs]));
    return found
      .map(({ key, severity, text }) => ({ severity, text, sinceMs: this.#sinceMs.get(key) ?? nowMs }))
      .toSorted((one, other) => RANK[one.severity] - RANK[other.severity] || one.sinceMs - other.sinceMs);
  }
}
