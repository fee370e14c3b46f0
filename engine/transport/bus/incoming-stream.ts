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

/** What has been heard of the other end of a link: notices what is lost, and what comes twice or too late. */
export class IncomingStream {
  #stream: string | undefined;
  #former: string | undefined;
  #last = 0;

  heard(head: BusFrameHead): Continuation {
    const { type, stream, number } = head;
    if (stream === this.#former) return "old";
    const isOther = this.#stream !== undefined && stream !== this.#stream;
    if (stream !== this.#stream) this.#begin(stream);
    if (type === "items" && number <= this.#last) return "old";
    const isGap = number > (type === "items" ? this.#last + 1 : this.#last);
    this.#last = Math.max(this.#last, number);
    if (isOther) return "other";
    return isGap ? "gap" : "next";
  }

  #begin(stream: string): void {
    this.#former = this.#stream;
    this.#stream = stream;
    this.#last = 0;
  }
}

/** Whether a stream had sent something before this frame. */
export function hasPredecessor({ type, number }: BusFrameHead): boolean {
  return number > (type === "items" ? 1 : 0);
}
