import type { Clock } from "../../engine/ports/clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import { CLOSE } from "../protocol/close-reasons.ts";
import type { Connection } from "./connection.ts";
import type { GatewayLimits } from "./limits.ts";
import { RecentCount } from "./recent-count.ts";

/** What the frames of one socket need of it. */
export interface FrameTurnsOptions {
  readonly connection: Connection;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Does what a frame asks for; what takes a while it hands to {@link FrameTurns.during}. */
  readonly handle: (text: string) => void;
  /** Whether the socket's frames are taken no faster than `framesPerSecondMax`; operators' tools may have no such bound. */
  readonly isPaced: () => boolean;
}

/**
 * Takes the frames of one socket in turn: those that come while one takes a while wait for it, and a socket that sends more than its
 * share is read no further for a while. It is slowed down by its own network then, and others at the gateway are not.
 */
export class FrameTurns {
  readonly #options: FrameTurnsOptions;
  /** Frames that came while something took a while; undefined when nothing does. */
  #waiting: string[] | undefined;
  readonly #recent = new RecentCount(SECOND_MS);

  constructor(options: FrameTurnsOptions) {
    this.#options = options;
  }

  receive(text: string): void {
    const { connection, limits, handle } = this.#options;
    if (!connection.isOpen) return;
    if (this.#waiting === undefined) {
      handle(text);
      this.#keepPace();
    } else if (this.#waiting.length < limits.framesWaitingMax) this.#waiting.push(text);
    else connection.close(CLOSE.flooded);
  }

  /** Does something that takes a while; frames that come meanwhile are handled after it, in order. */
  during(task: () => Promise<void>): void {
    const { connection, log } = this.#options;
    this.#waiting = [];
    const finished = task().catch((err: unknown) => {
      log.error({ err }, "a session could not be handled");
      connection.close(CLOSE.internal);
    });
    void finished.then(() => this.#catchUp());
  }

  #keepPace(): void {
    const { connection, limits, clock, isPaced } = this.#options;
    if (this.#recent.add(clock.nowMs()) <= limits.framesPerSecondMax || !isPaced()) return;
    // The frame itself takes a while: whatever is behind it comes after that.
    if (this.#waiting !== undefined || !connection.isOpen) return;
    connection.pause();
    this.during(async () => {
      await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
      connection.resume();
    });
  }

  #catchUp(): void {
    const frames = this.#waiting ?? [];
    this.#waiting = undefined;
    // A frame may start another wait: `receive` then puts those behind it into the new list.
    for (const frame of frames) {
      this.receive(frame);
      // As if each had come alone: what a client asks for and does not read has to be noticed before it has asked for it all.
      this.#options.connection.flush();
    }
  }
}

const SECOND_MS = 1_000;

// Long enough that what a network holds of a flood costs next to nothing, short beside the second that is counted.
const PAUSE_MS = 100;
