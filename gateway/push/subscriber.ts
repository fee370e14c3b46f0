import type { Channel, Problem } from "../protocol/messages.ts";

/** A socket as the channels see it. */
export interface Subscriber {
  /** Sends a frame to this socket only, after all frames that were given before. */
  send(frame: string): void;
  /** From now on the socket gets what is published to the topic. */
  join(topic: string): void;
  leave(topic: string): void;
  /** Ends one of the socket's channels, which the gateway cannot keep, and tells why. */
  dismiss(channel: Channel, reason: Problem): void;
}

/** One channel of one socket. */
export interface Subscription {
  /** Sends the whole view now; while paused, with {@link Subscription.resume}. */
  resync(): void;
  /** Sends nothing more until {@link Subscription.resume}: the socket does not read. */
  pause(): void;
  /** Sends the whole view if it may be another by now, and what comes after it. */
  resume(): void;
  end(): void;
}
