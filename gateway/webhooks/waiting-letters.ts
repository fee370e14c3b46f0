import type { WaitingLetter } from "../../engine/ports/webhook-store.ts";

/** The letters of one endpoint that wait, by subject: only the first of a subject is tried, the others wait behind it. */
export class WaitingLetters {
  readonly #bySubject = new Map<string, WaitingLetter[]>();
  readonly #ids = new Set<string>();

  constructor(letters: readonly WaitingLetter[] = []) {
    for (const letter of letters) this.keep(letter);
  }

  get size(): number {
    return this.#ids.size;
  }

  has(eventId: string): boolean {
    return this.#ids.has(eventId);
  }

  hasSubject(subject: string): boolean {
    return this.#bySubject.has(subject);
  }

  /** Adds a letter, or takes its new state over. */
  keep(letter: WaitingLetter): void {
    const { id, subject } = letter.event;
    const queue = (this.#bySubject.get(subject) ?? []).filter(({ event }) => event.id !== id);
    this.#bySubject.set(subject, inOrder([...queue, letter]));
    this.#ids.add(id);
  }

  drop({ event: { id, subject } }: WaitingLetter): void {
    const left = (this.#bySubject.get(subject) ?? []).filter(({ event }) => event.id !== id);
    if (left.length === 0) this.#bySubject.delete(subject);
    else this.#bySubject.set(subject, left);
    this.#ids.delete(id);
  }

  /** The letters of subjects whose first one is due, those first that have been due for longest; at most so many subjects. */
  due(nowMs: number, subjectsMax: number): readonly (readonly WaitingLetter[])[] {
    return [...this.#bySubject.values()]
      .filter((queue) => dueAtMs(queue) <= nowMs)
      .toSorted((left, right) => dueAtMs(left) - dueAtMs(right))
      .slice(0, subjectsMax);
  }

  /** When the next one is due; undefined when none waits. */
  nextDueAtMs(): number | undefined {
    const times = [...this.#bySubject.values()].map(dueAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** All are due now: what they waited for is over. */
  makeAllDue(nowMs: number): void {
    for (const [subject, queue] of this.#bySubject)
      this.#bySubject.set(
        subject,
        queue.map((letter) => ({ ...letter, dueAtMs: Math.min(letter.dueAtMs, nowMs) })),
      );
  }

  /** The one that has been refused for longest; undefined when none was. */
  longestRefused(): WaitingLetter | undefined {
    let found: WaitingLetter | undefined;
    for (const [first] of this.#bySubject.values())
      if (first !== undefined && refusedAtMs(first) < refusedAtMs(found)) found = first;
    return found;
  }

  /** When the oldest of their events happened; undefined when none waits. */
  oldestAtMs(): number | undefined {
    const times = [...this.#bySubject.values()].flatMap(([first]) => first?.event.occurredAtMs ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

/** Letters in the order in which they happened. All are of one shard, as their subject is. */
export function inOrder(letters: readonly WaitingLetter[]): WaitingLetter[] {
  return letters.toSorted(
    ({ event: left }, { event: right }) => left.seq - right.seq || left.ordinal - right.ordinal,
  );
}

function dueAtMs([first]: readonly WaitingLetter[]): number {
  return first?.dueAtMs ?? Number.POSITIVE_INFINITY;
}

function refusedAtMs(letter: WaitingLetter | undefined): number {
  return letter?.firstFailedAtMs ?? Number.POSITIVE_INFINITY;
}
