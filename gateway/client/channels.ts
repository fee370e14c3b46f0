import { RESUME_MAX } from "../protocol/bounds.ts";
import { isPublicChannel } from "../protocol/channel.ts";
import type { Channel, Problem, ResumePoint } from "../protocol/messages.ts";
import { ChannelView } from "./channel-view.ts";
import type { ChannelFrame, Position } from "./channel-view.ts";

// A gateway shows what it heard last while a shard has no owner, and a fail-over takes seconds.
const BEHIND_MS = 10_000;
// How long to leave alone a gateway that does not say: one that watches as many products as it can has room again at any time.
const ASK_AGAIN_MS = 60_000;

/** Who listens to a channel. */
export interface ChannelListener {
  readonly state: (state: unknown, position: Position) => void;
  readonly problem: ((problem: Problem) => void) | undefined;
}

interface Followed {
  readonly view: ChannelView;
  readonly listeners: Set<ChannelListener>;
  isResyncing: boolean;
  /** Ends the time that the gateway of this connection has to catch up with what was shown already. */
  behind: ReturnType<typeof setTimeout> | undefined;
  /** That time is over: the next whole view of this connection is taken, whatever its position. */
  isBelieved: boolean;
  /** When to subscribe again to what the gateway could not keep, of `performance.now()`; undefined while it is watched. */
  askAgainAtMs: number | undefined;
}

/** The channels a client follows, over any number of connections. */
export class Channels {
  readonly #followed = new Map<Channel, Followed>();
  readonly #send: (text: string) => void;

  /** `send` drops what it is given while there is no connection: a new one starts with {@link Channels.open}. */
  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  /** Adds a listener and returns what removes it; a channel nobody listens to is left. */
  follow(channel: Channel, listener: ChannelListener): () => void {
    let followed = this.#followed.get(channel);
    if (followed === undefined) {
      followed = {
        view: new ChannelView(channel),
        listeners: new Set(),
        isResyncing: false,
        behind: undefined,
        isBelieved: false,
        askAgainAtMs: undefined,
      };
      this.#followed.set(channel, followed);
      this.#ask("subscribe", channel);
    } else if (followed.askAgainAtMs !== undefined) this.#subscribeAgain(channel, followed);
    const { view, listeners } = followed;
    listeners.add(listener);
    if (view.position !== undefined) listener.state(view.state, view.position);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      forgetLag(followed);
      this.#followed.delete(channel);
      this.#ask("unsubscribe", channel);
    };
  }

  /** What to say in `hello` so that the server goes on where the last connection ended. */
  resumePoints(): readonly ResumePoint[] {
    const points: ResumePoint[] = [];
    for (const { view } of this.#followed.values()) {
      const point = view.resumePoint();
      if (point !== undefined && points.length < RESUME_MAX) points.push(point);
    }
    return points;
  }

  /** The session is another one: what was known of its own channels was somebody else's, however new it looks. */
  forgetPrivate(): void {
    for (const [channel, { view }] of this.#followed) if (!isPublicChannel(channel)) view.forgetPosition();
  }

  /** Subscribes to what `hello` could not resume, and leaves what was left since. */
  open(resumed: readonly ResumePoint[]): void {
    const names = new Set(resumed.map((point) => point.ch));
    for (const name of names) if (!this.#followed.has(name)) this.#ask("unsubscribe", name);
    for (const [channel, followed] of this.#followed) {
      followed.isResyncing = false;
      followed.askAgainAtMs = undefined;
      // Another gateway: how far the one before was behind says nothing about it.
      forgetLag(followed);
      if (!names.has(channel)) this.#ask("subscribe", channel);
    }
  }

  receive(frame: ChannelFrame): void {
    const followed = this.#followed.get(frame.ch);
    if (followed === undefined) return;
    if (frame.t === "snapshot") followed.isResyncing = false;
    switch (followed.view.merge(frame, followed.isBelieved)) {
      case "changed":
        forgetLag(followed);
        return notify(followed);
      case "current":
        if (frame.offset === followed.view.position?.offset) forgetLag(followed);
        return;
      case "older":
        followed.behind ??= setTimeout(() => this.#believe(frame.ch, followed), BEHIND_MS);
        return;
      case "gap":
        if (followed.isResyncing) return;
        followed.isResyncing = true;
        return this.#ask("resync", frame.ch);
    }
  }

  /** The server cannot serve a channel. */
  fail(channel: Channel, problem: Problem): void {
    const followed = this.#followed.get(channel);
    if (followed === undefined) return;
    if (problem.code === "too_many_channels") {
      forgetLag(followed);
      const waitMs = problem.retryAfterMs ?? ASK_AGAIN_MS;
      // Up to half as long again, so that its crowd comes one by one.
      followed.askAgainAtMs = performance.now() + waitMs * (1 + Math.random() / 2);
    }
    for (const listener of followed.listeners) listener.problem?.(problem);
  }

  /** Subscribes again to what the gateway could not keep some time ago; to be called now and then. */
  askAgain(): void {
    const nowMs = performance.now();
    for (const [channel, followed] of this.#followed) {
      if ((followed.askAgainAtMs ?? Infinity) <= nowMs) this.#subscribeAgain(channel, followed);
    }
  }

  /**
   * A gateway that stays behind is right: it shows the same, since it asked before another one and nothing has happened, or
   * what was shown has never been, since the shop was restored.
   */
  #believe(channel: Channel, followed: Followed): void {
    followed.behind = undefined;
    followed.isBelieved = true;
    this.#ask("resync", channel);
  }

  #subscribeAgain(channel: Channel, followed: Followed): void {
    followed.askAgainAtMs = undefined;
    this.#ask("subscribe", channel);
  }

  #ask(t: "subscribe" | "unsubscribe" | "resync", ch: Channel): void {
    this.#send(JSON.stringify({ t, ch }));
  }
}

/** Forgets that the gateway was behind: it has caught up, or is another one now. */
function forgetLag(followed: Followed): void {
  clearTimeout(followed.behind);
  followed.behind = undefined;
  followed.isBelieved = false;
}

function notify({ view, listeners }: Followed): void {
  if (view.position === undefined) return;
  for (const listener of listeners) listener.state(view.state, view.position);
}
