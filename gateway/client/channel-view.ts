import type { ResumePoint, ServerFrame } from "../protocol/messages.ts";

type Tagged = Extract<ServerFrame, { readonly t: string }>;

/** A frame that carries state of a channel. */
export type ChannelFrame = Extract<Tagged, { readonly t: "snapshot" | "delta" }>;

/** Where in a channel's history a state is. */
export interface Position {
  readonly epoch: number;
  readonly offset: number;
}

/** What a frame did to a view: new state, nothing, or it does not fit and the whole view is needed. */
export type Merged = "changed" | "current" | "gap";

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

  merge(frame: ChannelFrame): Merged {
    const { epoch, offset } = frame;
    if (frame.t === "snapshot") {
      this.#state = frame.state;
      this.#position = { epoch, offset };
      return "changed";
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
