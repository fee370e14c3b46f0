import type { Answer } from "../ports/dispatcher.ts";
import { ANSWER, MOVED, type Item } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { Output } from "./batch.ts";
import type { Shard } from "./shard.ts";
import type { Work } from "./work.ts";

/** Callers whose answers would be lost with the lane's memory; each is answered once, however often it was found. */
export class Unanswered {
  readonly #correlations = new Map<Link, Set<number>>();

  add(link: Link, correlation: number): void {
    const correlations = this.#correlations.get(link);
    if (correlations === undefined) this.#correlations.set(link, new Set([correlation]));
    else correlations.add(correlation);
  }

  /** Callers whose answers wait for a commit. */
  addOutputs(outputs: readonly Output[]): void {
    for (const { link, item } of outputs) if (item[0] === ANSWER) this.add(link, item[1]);
  }

  /** Callers whose commands were left open. */
  addWaiting(shards: Iterable<Shard>): void {
    for (const shard of shards) {
      for (const cell of shard.cells.values()) {
        for (const { callers } of cell.waiting ?? []) {
          for (const { link, correlation } of callers) this.add(link, correlation);
        }
        cell.waiting = undefined;
      }
    }
  }

  /** Callers whose commands or reads were not begun. */
  addWorks(works: readonly Work[]): void {
    for (const work of works) {
      if (work.type === "command") this.add(work.link, work.item[1]);
      else if (work.type === "view" && work.correlation !== 0) this.add(work.link, work.correlation);
    }
  }

  answer(answer: Answer): void {
    this.#tell((correlation) => [ANSWER, correlation, answer]);
  }

  /** Sends callers to the next owner of a shard, who can tell what becomes of what they wait for. */
  refer(shard: number): void {
    this.#tell((correlation) => [MOVED, correlation, shard, true]);
  }

  #tell(itemFor: (correlation: number) => Item): void {
    for (const [link, correlations] of this.#correlations) {
      for (const correlation of correlations) link.send(itemFor(correlation));
    }
    this.#correlations.clear();
  }
}
