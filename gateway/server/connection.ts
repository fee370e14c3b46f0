import type { Clock } from "../../engine/ports/clock.ts";
import { CLOSE } from "../protocol/close-reasons.ts";
import type { CloseReason } from "../protocol/close-reasons.ts";
import type { Channel, Problem } from "../protocol/messages.ts";
import type { Subscriber } from "../push/subscriber.ts";
import { Subscriptions } from "../push/subscriptions.ts";
import type { Counters } from "./counters.ts";
import type { GatewayLimits } from "./limits.ts";

/** What connections share. */
export interface ConnectionOptions {
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** What a connection needs of a socket: the part of Bun's that sends. */
export interface Socket {
  /** Bytes sent, -1 when they wait in the buffer, 0 when the frame was dropped. */
  send(frame: string): number;
  cork(task: () => void): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  getBufferedAmount(): number;
  /** Reads no further; what has been read already is still handed over. */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
}

/** The sending half of one socket: frames leave in order and together, and slow readers are held back. */
export class Connection implements Subscriber {
  readonly subscriptions = new Subscriptions();
  readonly openedAtMs: number;
  readonly #ws: Socket;
  readonly #options: ConnectionOptions;
  #outbox: string[] = [];
  #laggingSinceMs: number | undefined;
  #isOpen = true;

  constructor(ws: Socket, options: ConnectionOptions) {
    this.#ws = ws;
    this.#options = options;
    this.openedAtMs = options.clock.nowMs();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends a frame of a channel. */
  send(frame: string): void {
    this.#options.counters.add("pushes", "private");
    this.reply(frame);
  }

  /** Sends a frame once the running task ends, together with all others of that task. */
  reply(frame: string): void {
    if (!this.#isOpen) return;
    if (this.#outbox.push(frame) === 1) queueMicrotask(() => this.flush());
  }

  /** Sends what waits for the running task to end. */
  flush(): void {
    const frames = this.#outbox;
    if (frames.length === 0 || !this.#isOpen) return;
    this.#outbox = [];
    // One write for all: replies come in batches, as commits do.
    if (frames.length === 1) this.#transmit(frames);
    else this.#ws.cork(() => this.#transmit(frames));
  }

  join(topic: string): void {
    if (this.#isOpen) this.#ws.subscribe(topic);
  }

  leave(topic: string): void {
    if (this.#isOpen) this.#ws.unsubscribe(topic);
  }

  dismiss(channel: Channel, reason: Problem): void {
    this.subscriptions.remove(channel);
    this.refuse(channel, reason);
  }

  /** Tells that a channel cannot be served. */
  refuse(channel: Channel, reason: Problem): void {
    this.#options.counters.add("refusals", reason.code);
    this.reply(JSON.stringify({ t: "problem", ch: channel, problem: reason }));
  }

  /** Looks whether the reader keeps up: pauses its channels, resumes them, or gives it up. */
  checkLag(): void {
    if (!this.#isOpen) return;
    const { limits, clock } = this.#options;
    const bufferedBytes = this.#ws.getBufferedAmount();
    if (this.#laggingSinceMs === undefined) {
      if (bufferedBytes <= limits.bufferedBytesMax) return;
      this.#setLagging(clock.nowMs());
      this.subscriptions.pause();
      return;
    }
    if (bufferedBytes <= limits.bufferedBytesMax / 2) {
      this.subscriptions.resume(() => this.#hasRoom());
      if (!this.subscriptions.isPaused) this.#setLagging(undefined);
    } else if (clock.nowMs() - this.#laggingSinceMs > limits.laggingMs) {
      this.close(CLOSE.lagging);
    }
  }

  /** Hears nothing more of the client until {@link resume}; its network fills up meanwhile, and slows it down. */
  pause(): void {
    if (!this.#isOpen) return;
    this.#options.counters.add("pauses");
    this.#ws.pause();
  }

  resume(): void {
    if (this.#isOpen) this.#ws.resume();
  }

  /** Sends what waits and then the close frame. */
  close(reason: CloseReason): void {
    if (!this.#isOpen) return;
    this.flush();
    if (!this.#isOpen) return;
    this.#options.counters.add("sockets_closed", String(reason.code));
    this.ended();
    this.#ws.close(reason.code, reason.reason);
  }

  /** The socket is closed, by whichever side. */
  ended(): void {
    if (!this.#isOpen) return;
    this.subscriptions.end();
    this.#isOpen = false;
    this.#outbox = [];
    this.#setLagging(undefined);
  }

  #transmit(frames: readonly string[]): void {
    for (const frame of frames) {
      const sent = this.#ws.send(frame);
      if (sent > 0) continue;
      if (sent === 0) {
        // Dropped: a reply may never be skipped. The client connects again and asks with the same keys.
        this.#outbox = [];
        this.close(CLOSE.lagging);
        return;
      }
      this.checkLag();
    }
  }

  #hasRoom(): boolean {
    this.flush();
    return this.#isOpen && this.#ws.getBufferedAmount() <= this.#options.limits.bufferedBytesMax / 2;
  }

  #setLagging(sinceMs: number | undefined): void {
    if ((sinceMs === undefined) !== (this.#laggingSinceMs === undefined)) {
      this.#options.counters.add("lagging", "", sinceMs === undefined ? -1 : 1);
    }
    this.#laggingSinceMs = sinceMs;
  }
}
