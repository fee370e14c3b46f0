import type { BusFrameHead } from "./bus-frame.ts";

/** How a frame continues what was heard before. */
export type Continuation =
  | "next"
  /** Frames before this one are lost. */
  | "gap"
  /** Another stream has begun: the other end has started again. */
  | "other"
  /** Heard before, overtaken, or of a stream that has ended. */
  | "old";

// Starts of the other end whose late frames are told from those of a new start.
const FORMER_STREAMS_MAX = 8;
// No more than this is still on its way when a stream has ended: one that goes on speaking has not.
const LATE_FRAMES_MAX = 3;

/** What has been heard of the other end of a link: notices what is lost, and what comes twice or too late. */
export class IncomingStream {
  #stream: string | undefined;
  #last = 0;
  /** Late frames of the streams that have ended, by name; the one that ended last comes last. */
  readonly #former = new Map<string, number>();

  heard(head: BusFrameHead): Continuation {
    const { type, stream, number } = head;
    if (this.#isLate(stream)) return "old";
    const isOther = this.#stream !== undefined && stream !== this.#stream;
    if (stream !== this.#stream) this.#begin(stream);
    if (type === "items" && number <= this.#last) return "old";
    const isGap = number > (type === "items" ? this.#last + 1 : this.#last);
    this.#last = Math.max(this.#last, number);
    if (isOther) return "other";
    return isGap ? "gap" : "next";
  }

  /** A stream is never dropped for good: a late frame of the wrong one could otherwise deafen this end to the right one. */
  #isLate(stream: string): boolean {
    const lateFrames = this.#former.get(stream);
    if (lateFrames === undefined || lateFrames === LATE_FRAMES_MAX) return false;
    this.#former.set(stream, lateFrames + 1);
    return true;
  }

  #begin(stream: string): void {
    this.#former.delete(stream);
    if (this.#stream !== undefined) this.#former.set(this.#stream, 0);
    const [oldest] = this.#former.keys();
    if (oldest !== undefined && this.#former.size > FORMER_STREAMS_MAX) this.#former.delete(oldest);
    this.#stream = stream;
    this.#last = 0;
  }
}

/** Whether a stream had sent something before this frame. */
export function hasPredecessor({ type, number }: BusFrameHead): boolean {
  return number > (type === "items" ? 1 : 0);
}
