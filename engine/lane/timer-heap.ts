/** A wake-up of one actor. */
export interface Timer {
  readonly dueAtMs: number;
  readonly addressText: string;
}

/**
 * The wake-ups of one shard, earliest first: a binary heap with one live entry per actor.
 *
 * An actor whose wake-up moves later keeps its entry: it fires early, the lane looks and asks again. So a hot SKU,
 * whose earliest hold changes with every order, costs nothing here.
 */
export class TimerHeap {
  readonly #heap: Timer[] = [];
  readonly #scheduled = new Map<string, number>();

  /** The earliest due time, milliseconds since the epoch. */
  get nextDueAtMs(): number | undefined {
    return this.#heap[0]?.dueAtMs;
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
