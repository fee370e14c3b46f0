import type { Clock } from "../../../engine/ports/clock.ts";
import { ForwardClock } from "../../../engine/ports/forward-clock.ts";
import { isOperationOver, type Operation } from "../../../engine/ports/operation-store.ts";
import { SingleFlight } from "../../single-flight.ts";
import type { OperatorAccess } from "./operator-access.ts";

/** The media type of these streams. */
export const OPERATION_STREAM_TYPE = "application/x-ndjson";

/** How often one operation is looked at, and all of them, milliseconds. */
const LOOK_AT_ONE_MS = 250;
const LOOK_AT_ALL_MS = 1_000;
const SILENCE_MS_MAX = 10_000;
const WATCH_MS_MAX = 10 * 60_000;
const OPERATIONS_LOOKED_AT = 100;

const ENCODER = new TextEncoder();
const EMPTY_LINE = ENCODER.encode("\n");

/** Writes what has changed. Returns whether there is nothing more to come. */
type Look = (write: (operation: Operation) => void) => Promise<boolean>;

/**
 * A stream of operations as lines of JSON. Operations are looked at a few times per second, or every second when all of them are:
 * of changes that follow one another faster, only the last one is told. Empty lines in between say that the connection lasts. Ends
 * after ten minutes at the latest; whoever wants more asks again. However many watch the same, the store is asked once at a time.
 */
export class OperationStream {
  readonly #operator: Pick<OperatorAccess, "operation" | "operations">;
  readonly #clock: Clock;
  readonly #newest: SingleFlight<readonly Operation[]>;
  /** Looks that are under way at one operation, by its id. */
  readonly #looks = new Map<string, SingleFlight<Operation | undefined>>();

  constructor(operator: Pick<OperatorAccess, "operation" | "operations">, clock: Clock) {
    this.#operator = operator;
    this.#clock = new ForwardClock(clock);
    this.#newest = new SingleFlight(() => operator.operations(OPERATIONS_LOOKED_AT));
  }

  /** One operation as it is, and then as it is whenever it is seen to have changed, until it is over. */
  one(id: string, ended: () => void): ReadableStream<Uint8Array> {
    let revision = 0;
    let isFirst = true;
    return this.#lines(ended, async (write) => {
      if (!isFirst) await this.#pass(LOOK_AT_ONE_MS);
      const operation = await this.#find(id);
      if (operation === undefined) return true;
      if (operation.revision > revision) write(operation);
      revision = operation.revision;
      isFirst = false;
      return isOperationOver(operation.status);
    });
  }

  /**
   * The operations that are not over, or `withEnded` all of the last ones, for whoever has missed how some ended; and then any of them
   * whenever it is seen to have changed.
   */
  all(ended: () => void, withEnded = false): ReadableStream<Uint8Array> {
    const known = new Map<string, number>();
    let isFirst = true;
    return this.#lines(ended, async (write) => {
      if (!isFirst) await this.#pass(LOOK_AT_ALL_MS);
      const operations = await this.#newest.run();
      for (const operation of operations.toReversed()) {
        const { id, revision, status } = operation;
        const isNew = known.get(id) !== revision;
        known.set(id, revision);
        if (isNew && (withEnded || !(isFirst && isOperationOver(status)))) write(operation);
      }
      const [...looked] = known.keys();
      for (const id of looked) if (!operations.some((operation) => operation.id === id)) known.delete(id);
      isFirst = false;
      return false;
    });
  }

  async #find(id: string): Promise<Operation | undefined> {
    const look = this.#looks.get(id) ?? new SingleFlight(() => this.#operator.operation(id));
    this.#looks.set(id, look);
    try {
      return await look.run();
    } finally {
      if (this.#looks.get(id) === look) this.#looks.delete(id);
    }
  }

  #pass(forMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(forMs, resolve));
  }

  /** Looks again as soon as the reader has taken what it was given. `look` returns whether there is nothing more to come. */
  #lines(ended: () => void, look: Look): ReadableStream<Uint8Array> {
    const endsAtMs = this.#clock.nowMs() + WATCH_MS_MAX;
    const reader = { hasLeft: false };
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        // Nothing is sent before the first line, not even that the request was granted.
        controller.enqueue(EMPTY_LINE);
      },
      pull: async (controller) => {
        try {
          const isOver = await this.#lookForChanges(look, endsAtMs, reader, controller);
          if (!isOver || reader.hasLeft) return;
          ended();
          controller.close();
        } catch (error) {
          ended();
          throw error;
        }
      },
      cancel: () => {
        reader.hasLeft = true;
        ended();
      },
    });
  }

  /** Returns when there was something to write, or whether nothing will come any more. */
  async #lookForChanges(
    look: Look,
    endsAtMs: number,
    reader: { readonly hasLeft: boolean },
    controller: ReadableStreamDefaultController<Uint8Array>,
  ): Promise<boolean> {
    const written = { lines: 0 };
    const speaksAtMs = this.#clock.nowMs() + SILENCE_MS_MAX;
    const write = (operation: Operation): void => {
      if (!reader.hasLeft) controller.enqueue(ENCODER.encode(`${JSON.stringify(operation)}\n`));
      written.lines += 1;
    };
    while (written.lines === 0 && !reader.hasLeft) {
      if ((await look(write)) || this.#clock.nowMs() >= endsAtMs) return true;
      if (this.#clock.nowMs() < speaksAtMs || reader.hasLeft || written.lines > 0) continue;
      controller.enqueue(EMPTY_LINE);
      return false;
    }
    return false;
  }
}
