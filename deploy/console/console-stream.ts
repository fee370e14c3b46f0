import type { Clock } from "../../engine/ports/clock.ts";
import { ForwardClock } from "../../engine/ports/forward-clock.ts";
import { AdminFault } from "../admin/api/admin-problem.ts";
import { OPERATION_STREAM_TYPE } from "../admin/api/operation-stream.ts";
import type { ConsoleWatch } from "./console-watch.ts";

/** Pages that may watch at one node. */
export const CONSOLES_MAX = 16;
const WATCH_MS_MAX = 10 * 60_000;
const ASK_AGAIN_MS = 1_000;
const EMPTY_LINE = new TextEncoder().encode("\n");

/**
 * Streams of the console: lines of JSON, once a second, for ten minutes at the latest; whoever wants more asks again. A page that reads
 * slower than they come gets the newest one whenever it has read.
 */
export class ConsoleStreams {
  readonly #watch: Pick<ConsoleWatch, "history" | "join" | "after" | "close">;
  readonly #clock: Clock;
  #open = 0;
  #isClosed = false;

  constructor(watch: Pick<ConsoleWatch, "history" | "join" | "after" | "close">, clock: Clock) {
    this.#watch = watch;
    this.#clock = new ForwardClock(clock);
  }

  /** Begins a stream. @throws {AdminFault} when too many watch, or the node is about to end. */
  respond(): Response {
    if (this.#isClosed)
      throw new AdminFault("unavailable", "This node is about to end; others show the same.");
    if (this.#open >= CONSOLES_MAX) {
      const detail = `At most ${CONSOLES_MAX} pages may watch at one node; other nodes show the same.`;
      throw new AdminFault("too_many_watches", detail, { retryAfterMs: ASK_AGAIN_MS });
    }
    return new Response(this.#stream(), {
      headers: { "content-type": OPERATION_STREAM_TYPE, "cache-control": "no-store" },
    });
  }

  /** Every stream ends. */
  close(): void {
    this.#isClosed = true;
    this.#watch.close();
  }

  #stream(): ReadableStream<Uint8Array> {
    this.#open += 1;
    const leave = this.#watch.join();
    let isOpen = true;
    const end = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#open -= 1;
      leave();
    };
    const endsAtMs = this.#clock.nowMs() + WATCH_MS_MAX;
    let number = 0;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        // Nothing is sent before the first line, not even that the request was granted.
        controller.enqueue(EMPTY_LINE);
        controller.enqueue(this.#watch.history);
      },
      pull: async (controller) => {
        const line = await this.#watch.after(number);
        if (!isOpen) return;
        if (line !== undefined) {
          controller.enqueue(line.bytes);
          ({ number } = line);
          if (this.#clock.nowMs() < endsAtMs) return;
        }
        end();
        controller.close();
      },
      cancel: end,
    });
  }
}
