import type { ResumePoint, ServerFrame } from "../protocol/messages.ts";

type Tagged = Extract<ServerFrame, { readonly t: string }>;

/** A frame that carries state of a channel. */
export type ChannelFrame = Extract<Tagged, { readonly t: "snapshot" | "delta" }>;

/** Where in a channel's history a state is. */
export interface Position {
  readonly epoch: number;
  readonly offset: number;
}

/** What a frame did to a view: new state, nothing, it does not fit and the whole view is needed, or it is older than the view. */
export type Merged = "changed" | "current" | "gap" | "older";

/** The state of one channel, put together from snapshots and deltas. */
export class ChannelView {
  readonly #channel: ResumePoint["ch"];
  #state: unknown;
  #position: Position | undefined;

  constructor(channel: ResumePoint["ch"]) {
    this.#channel = channel;
  }

  get state(): unknown {
    return this.#state;
  }

  /** Undefined until the first snapshot. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** What to tell a server so that it sends only what is missing. */
  resumePoint(): ResumePoint | undefined {
    return this.#position && { ch: this.#channel, ...this.#position };
  }

  /** Takes the next snapshot whatever its position is. */
  forgetPosition(): void {
    this.#position = undefined;
  }

  /** Takes a frame in. `isBelieved`: also a snapshot that is older than the view. */
  merge(frame: ChannelFrame, isBelieved: boolean): Merged {
    const { epoch, offset } = frame;
    if (frame.t === "snapshot") {
      const goesBack = this.#position !== undefined && isOlder(frame, this.#position);
      if (goesBack && !isBelieved) return "older";
      // A view has the place of its shard when it was asked for: a gateway that asked earlier shows the same, and is not behind.
      const isShown = goesBack && isSame(frame.state, this.#state);
      this.#state = frame.state;
      this.#position = { epoch, offset };
      return isShown ? "current" : "changed";
    }
    const at = this.#position;
    if (at === undefined || at.epoch !== epoch) return "gap";
    if (offset <= at.offset) return "current";
    if (frame.prev !== at.offset || typeof this.#state !== "object" || this.#state === null) return "gap";
    this.#state = { ...this.#state, ...frame.fields };
    this.#position = { epoch, offset };
    return "changed";
  }
}

function isOlder(frame: Position, than: Position): boolean {
  return frame.epoch < than.epoch || (frame.epoch === than.epoch && frame.offset < than.offset);
}

/**
 * Views come in a fixed order of their fields, so what is the same has the same text, and nothing else has. A field that a delta has
 * added stands last: a state put together so may be taken for another than its whole view, and is shown once more.
 */
function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
