import type { Generator } from "../../engine/contract/testing/generator.ts";

const TIES = 2 ** 30;

/** Something that will happen at a simulated moment. */
interface Entry {
  readonly atUs: number;
  /** Decides between entries of the same moment: drawn, so that a seed explores one order of them. */
  readonly tie: number;
  readonly number: number;
  task: (() => void) | undefined;
}

/** Simulated time, and everything that will happen in it: the only source of order in a simulation. */
export class Agenda {
  readonly #generator: Generator;
  readonly #heap: Entry[] = [];
  #nowUs: number;
  #number = 0;

  constructor(generator: Generator, startMs: number) {
    this.#generator = generator;
    this.#nowUs = startMs * 1_000;
  }

  /** Simulated microseconds since the Unix epoch. */
  get nowUs(): number {
    return this.#nowUs;
  }

  get nowMs(): number {
    return Math.floor(this.#nowUs / 1_000);
  }

  /** Runs `task` after that many simulated milliseconds (fractions count). Returns a function that cancels it. */
  plan(delayMs: number, task: () => void): () => void {
    const atUs = this.#nowUs + Math.max(0, Math.round(delayMs * 1_000));
    const entry: Entry = { atUs, tie: this.#generator.below(TIES), number: ++this.#number, task };
    this.#push(entry);
    return () => {
      entry.task = undefined;
    };
  }

  /** Time passes in which nothing happens: what was planned for it happens afterwards. */
  skip(forMs: number): void {
    this.#nowUs += forMs * 1_000;
  }

  /** Does the next thing that is planned before `endMs`. Returns false when there is none; it is `endMs` then. */
  step(endMs: number): boolean {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atUs >= endMs * 1_000) {
        this.#nowUs = Math.max(this.#nowUs, endMs * 1_000);
        return false;
      }
      this.#pop();
      if (first.task === undefined) continue;
      this.#nowUs = Math.max(this.#nowUs, first.atUs);
      first.task();
      return true;
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (isBefore(above, entry)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Entry)) child += 1;
      const smallest = heap[child] as Entry;
      if (isBefore(last, smallest)) break;
      heap[index] = smallest;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  if (left.atUs !== right.atUs) return left.atUs < right.atUs;
  if (left.tie !== right.tie) return left.tie < right.tie;
  return left.number < right.number;
}
