import type { ActorCell } from "./actor-cell.ts";
import { CellQueue } from "./cell-queue.ts";

// The share of the cap that newcomers may always have: a crowd of them never pushes out who has proven to be needed.
const NEWCOMERS_SHARE = 0.1;
// One call gives up after so many that have to stay: the next one goes on behind them.
const STAYS_MAX = 256;
// Idle actors leave a few at a time: a lane with nothing to do has time for the others at the next look.
const IDLE_LOOKS_MAX = 2_000;

/**
 * All activated actors of a lane, in the order in which they may leave.
 *
 * Two queues, after S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023): newcomers
 * leave unless they were used by another batch than the one that brought them; those that were are proven, and leave only
 * when the newcomers are few and nobody has used them for a whole round. So a scan of any length passes through the
 * newcomers' queue. The ghost queue of the paper is left out: who comes back from the store proves itself again.
 */
export class Residents {
  readonly #newcomers = new CellQueue();
  readonly #proven = new CellQueue();

  get size(): number {
    return this.#newcomers.length + this.#proven.length;
  }

  add(cell: ActorCell): void {
    this.#newcomers.append(cell);
  }

  remove(cell: ActorCell): void {
    cell.queue?.remove(cell);
  }

  /**
   * Lets actors leave until at most `max` are left, as far as they may. Takes time for those that leave and for a bounded
   * number of others. Returns whether there is room now.
   */
  shrink(max: number, mayLeave: (cell: ActorCell) => boolean): boolean {
    for (let stays = 0; this.size > max && stays < STAYS_MAX;) {
      const isCrowded = this.#newcomers.length > max * NEWCOMERS_SHARE || this.#proven.length === 0;
      const cell = (isCrowded ? this.#newcomers : this.#proven).oldest as ActorCell;
      if (this.#isNeeded(cell) || !mayLeave(cell)) stays += 1;
      else cell.shard.cells.delete(cell.addressText);
    }
    return this.size <= max;
  }

  /** Lets actors leave that nobody has used since `beforeMs`, as far as they may, a bounded number at a time. */
  dismissIdle(beforeMs: number, mayLeave: (cell: ActorCell) => boolean): void {
    for (const queue of [this.#newcomers, this.#proven]) {
      for (let looks = Math.min(queue.length, IDLE_LOOKS_MAX); looks > 0; looks -= 1) {
        const cell = queue.oldest as ActorCell;
        if (cell.usedAtMs < beforeMs && mayLeave(cell)) cell.shard.cells.delete(cell.addressText);
        // Newcomers stand in the order of their coming: whoever is behind this one has come later still.
        else if (queue === this.#newcomers && cell.usedAtMs >= beforeMs && cell.uses <= 1) break;
        else this.#isNeeded(cell);
      }
    }
  }

  /** Judges an actor whose turn has come by its uses since the last time, and puts it behind the others. */
  #isNeeded(cell: ActorCell): boolean {
    const wasNewcomer = cell.queue === this.#newcomers;
    const isNeeded = cell.uses > (wasNewcomer ? 1 : 0);
    if (wasNewcomer && isNeeded) cell.uses = 0;
    else if (cell.uses > 0 && !wasNewcomer) cell.uses -= 1;
    cell.queue?.remove(cell);
    (wasNewcomer && !isNeeded ? this.#newcomers : this.#proven).append(cell);
    return isNeeded;
  }
}
