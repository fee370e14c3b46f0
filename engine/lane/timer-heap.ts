import { formatAddress } from "../contract/address.ts";
import type { StoredTimers } from "../ports/snapshots.ts";

/** A wake-up of one actor. */
export interface Timer {
  readonly dueAtMs: number;
  readonly addressText: string;
}

/**
 * The wake-ups of one shard, earliest first: a binary heap with one live entry per actor.
 *
 * It has those of all actors in memory, and of the others those that are due within a window: later ones are in the
 * store, and are read before the window ends. So a million abandoned actors with a timer each take no memory.
 *
 * An actor whose wake-up moves later keeps its entry: it fires early, the lane looks and asks again. So a hot SKU,
 * whose earliest hold changes with every order, costs nothing here.
 */
export class TimerHeap {
  #heap: Timer[] = [];
  readonly #scheduled = new Map<string, number>();
  #untilMs = Number.POSITIVE_INFINITY;
  /** Wake-ups that the last spill has kept. */
  #keptLength = 0;

  /** The earliest due time, milliseconds since the epoch. */
  get nextDueAtMs(): number | undefined {
    return this.#heap[0]?.dueAtMs;
  }

  /** Wake-ups in memory. */
  get length(): number {
    return this.#heap.length;
  }

  /** Until this moment no actor is due that is not in here. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** Whether so many wake-ups are in memory that {@link spill} may help. */
  isFull(windowLength: number): boolean {
    return this.#heap.length > 2 * Math.max(windowLength, this.#keptLength);
  }

  /** Takes a window of stored timers in, the next after {@link untilMs}. */
  take({ timers, untilMs }: StoredTimers): void {
    for (const timer of timers) this.schedule(formatAddress(timer), timer.dueAtMs);
    this.#untilMs = untilMs;
  }

  /** Leaves to the store what is due after a window of that length and not of an actor in memory. */
  spill(windowLength: number, isActivated: (addressText: string) => boolean): void {
    const live = this.#heap.filter(
      ({ addressText, dueAtMs }) => this.#scheduled.get(addressText) === dueAtMs,
    );
    live.sort((left, right) => left.dueAtMs - right.dueAtMs);
    const windowMs = live[windowLength - 1]?.dueAtMs ?? this.#untilMs;
    const untilMs = Math.min(this.#untilMs, windowMs);
    const kept = live.filter(({ addressText, dueAtMs }) => dueAtMs <= untilMs || isActivated(addressText));
    if (kept.length < live.length) this.#untilMs = untilMs;
    this.#heap = kept;
    this.#scheduled.clear();
    for (const { addressText, dueAtMs } of kept) this.#scheduled.set(addressText, dueAtMs);
    this.#keptLength = kept.length;
  }

  schedule(addressText: string, dueAtMs: number): void {
    const scheduled = this.#scheduled.get(addressText);
    if (scheduled !== undefined && scheduled <= dueAtMs) return;
    this.#scheduled.set(addressText, dueAtMs);
    this.#push({ dueAtMs, addressText });
  }

  /** Takes the actors whose time has come. */
  takeDue(nowMs: number): readonly string[] {
    const due: string[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.dueAtMs <= nowMs; first = this.#heap[0]) {
      this.#pop();
      // An entry that was overtaken by an earlier one of the same actor is stale.
      if (this.#scheduled.get(first.addressText) !== first.dueAtMs) continue;
      this.#scheduled.delete(first.addressText);
      due.push(first.addressText);
    }
    return due;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Timer;
      if (above.dueAtMs <= timer.dueAtMs) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.dueAtMs < (heap[child] as Timer).dueAtMs) child += 1;
      const smallest = heap[child] as Timer;
      if (smallest.dueAtMs >= last.dueAtMs) break;
      heap[index] = smallest;
      index = child;
    }
    heap[index] = last;
  }
}
