import { assert } from "../../engine/contract/assert.ts";
import type { History, Observation, Operation, Watch } from "./history.ts";
import type { HistoryEntry } from "./history-entry.ts";

/** Puts a history together from its entries, in memory. */
export class HistoryBuilder {
  readonly #operations = new Map<number, Operation>();
  readonly #observations: Observation[] = [];
  readonly #watching = new Map<string, Watch>();

  /** @throws InvariantBroken when an operation ends that was not invoked, or is invoked or ends twice. */
  add(entry: HistoryEntry): void {
    switch (entry.t) {
      case "invoke": {
        const { t: _, op, atMs, ...what } = entry;
        assert(!this.#operations.has(op), "an operation is invoked once", what.client, op);
        this.#operations.set(op, { ...what, invokedAtMs: atMs, ending: "unknown", value: null });
        return;
      }
      case "end": {
        const invoked = this.#operations.get(entry.op);
        assert(invoked !== undefined, "an operation ends after it was invoked", undefined, entry.op);
        assert(invoked.endedAtMs === undefined, "an operation ends once", invoked.client, entry.op);
        const { ending, value, atMs } = entry;
        this.#operations.set(entry.op, { ...invoked, endedAtMs: atMs, ending, value });
        return;
      }
      case "watch":
        this.#watching.set(watchName(entry), { client: entry.client, topic: entry.topic });
        return;
      case "unwatch":
        this.#watching.delete(watchName(entry));
        return;
      case "view": {
        const { t: _, askedAtMs, ...view } = entry;
        this.#observations.push(askedAtMs === undefined ? view : { ...view, askedAtMs });
        return;
      }
    }
  }

  /** What has been added so far; operations without an end are unknown. */
  history(): History {
    return {
      operations: [...this.#operations.values()],
      observations: [...this.#observations],
      watching: [...this.#watching.values()],
    };
  }
}

function watchName({ client, topic }: Watch): string {
  return `${client} ${topic}`;
}
