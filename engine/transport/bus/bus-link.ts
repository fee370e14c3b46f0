import { refused } from "../../contract/outcome.ts";
import type { Answer } from "../../ports/dispatcher.ts";
import type { Bus } from "../../ports/bus.ts";
import type { Log } from "../../ports/log.ts";
import { encodeFrame } from "../frame.ts";
import { ANSWER, COMMAND, READ, UNWATCH, VIEW, WATCH, type Item } from "../items.ts";
import type { Link } from "../link.ts";
import { encodeBusFrame, type BusFrameType } from "./bus-frame.ts";

// How long to send nothing to an end that cannot read it, before it is tried again.
const PAUSE_TICKS = 5;
// As long as a client may wait for the answer to a command.
const QUESTION_TICKS = 60;

/** What a link has from its endpoint. */
export interface BusLinkDependencies {
  readonly bus: Bus;
  /** Name of the sending endpoint. */
  readonly from: string;
  /** Names this end of the link. */
  readonly stream: string;
  /** The stream of whoever asks, on a link that only answers. */
  readonly answering: string | undefined;
  /** The inbox of the other end. */
  readonly topic: string;
  readonly retryAfterMs: number;
  readonly counters: BusCounters;
  readonly log: Log;
  /** Takes the answers that the link gives by itself. */
  readonly receive: (link: BusLink, items: readonly Item[]) => void;
  /** Has {@link BusLink.flush} called at the end of this turn of the event loop. */
  readonly plan: (link: BusLink) => void;
}

/** What an endpoint has sent and heard since it was opened. */
export interface BusCounters {
  framesSent: number;
  framesReceived: number;
  /** Commands and reads that were refused at once, since the bus was away or full, or the other end could not read them. */
  refusedItems: number;
  /** Other items that were lost for the same reason. */
  lostItems: number;
  /** Items that are longer than the bus can carry. */
  tooLongItems: number;
  /** How often it was noticed that frames of another endpoint are lost. */
  gaps: number;
  /** Frames that came twice, too late, or for an earlier start. */
  oldFrames: number;
  malformedFrames: number;
  /** Frames of another release, which were not read. */
  unknownVersions: number;
}

/** What an endpoint has sent and heard when it is opened. */
export function noBusTraffic(): BusCounters {
  return {
    framesSent: 0,
    framesReceived: 0,
    refusedItems: 0,
    lostItems: 0,
    tooLongItems: 0,
    gaps: 0,
    oldFrames: 0,
    malformedFrames: 0,
    unknownVersions: 0,
  };
}

/**
 * A link over the bus to a thread of another node.
 *
 * Items leave as one frame per turn of the event loop, and more only where that would be too long for the bus. While the bus is
 * away or full, commands and reads are refused at once; what else cannot be sent is lost, and the numbers of the frames
 * tell the other end so.
 */
export class BusLink implements Link {
  /** Name of the other end's endpoint. */
  readonly to: string;
  readonly #dependencies: BusLinkDependencies;
  #queue: Item[] = [];
  #number = 0;
  #isClosed = false;
  /** Views that are being watched over this link; too many at worst, which costs a beat. */
  #watches = 0;
  #questionTicks = 0;
  #pausedTicks = 0;

  constructor(to: string, dependencies: BusLinkDependencies) {
    this.to = to;
    this.#dependencies = dependencies;
  }

  get stream(): string {
    return this.#dependencies.stream;
  }

  /** Whether something may still come that this end has asked for. */
  get isExpecting(): boolean {
    return this.#watches > 0 || this.#questionTicks > 0;
  }

  send(item: Item): void {
    if (this.#isClosed) return;
    this.#expect(item);
    if (this.#pausedTicks > 0 || !this.#dependencies.bus.hasRoom) return this.#refuse([item]);
    this.#queue.push(item);
    if (this.#queue.length === 1) this.#dependencies.plan(this);
  }

  /** Sends what has queued. */
  flush(): void {
    const items = this.#queue;
    this.#queue = [];
    if (items.length > 0 && !this.#isClosed) this.#sendFrame(items);
  }

  /** Tells the number of the last frame. */
  tell(type: "beat" | "echo"): void {
    this.#publish(type, this.#number, "");
  }

  /** The two ends do not understand each other: for five seconds questions are refused at once, and nothing else is sent. */
  pause(): void {
    this.#pausedTicks = PAUSE_TICKS;
    this.#refuse(this.#queue.splice(0));
  }

  /** Lets the other end notice that something is lost, so that it asks again. */
  skip(): void {
    this.#number += 1;
  }

  /** All that is watched is about to be asked for again. */
  forgetWatches(): void {
    this.#watches = 0;
  }

  /** A second has passed. */
  tick(): void {
    this.#questionTicks = Math.max(this.#questionTicks - 1, 0);
    this.#pausedTicks = Math.max(this.#pausedTicks - 1, 0);
  }

  /** The other end is gone: nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#queue = [];
  }

  #expect(item: Item): void {
    if (item[0] === COMMAND || item[0] === READ) this.#questionTicks = QUESTION_TICKS;
    else if (item[0] === WATCH) this.#watches += 1;
    else if (item[0] === UNWATCH) this.#watches = Math.max(this.#watches - 1, 0);
  }

  #sendFrame(items: readonly Item[]): void {
    const text = this.#encode("items", this.#number + 1, encodeFrame(items));
    if (isLonger(text, this.#dependencies.bus.payloadBytesMax)) {
      const [first] = items;
      if (items.length === 1 && first !== undefined) return this.#tooLong(first);
      const half = items.length >> 1;
      this.#sendFrame(items.slice(0, half));
      this.#sendFrame(items.slice(half));
      return;
    }
    if (!this.#dependencies.bus.publish(this.#dependencies.topic, text)) return this.#refuse(items);
    this.#number += 1;
    this.#dependencies.counters.framesSent += 1;
  }

  #publish(type: BusFrameType, number: number, body: string): void {
    const { bus, topic } = this.#dependencies;
    bus.publish(topic, this.#encode(type, number, body));
  }

  #encode(type: BusFrameType, number: number, body: string): string {
    const { from, stream, answering } = this.#dependencies;
    return encodeBusFrame({ type, from, stream, number, answering }, body);
  }

  /** Answers what waits for an answer; the rest is lost, and the other end shall notice. */
  #refuse(items: readonly Item[]): void {
    const { counters, retryAfterMs } = this.#dependencies;
    const questions = items.filter(isQuestion);
    const lost = items.length - questions.length;
    counters.refusedItems += questions.length;
    counters.lostItems += lost;
    if (lost > 0) this.skip();
    for (const [, correlation] of questions) this.#answer(correlation, { type: "overloaded", retryAfterMs });
  }

  /** Whoever waits for this item hears that it cannot come; a watched view will not get shorter by asking again. */
  #tooLong(item: Item): void {
    const { bus, counters, log, retryAfterMs } = this.#dependencies;
    counters.tooLongItems += 1;
    const bytesMax = bus.payloadBytesMax;
    log.error({ to: this.to, item: item[0], bytesMax }, "an item is too long for the bus");
    if (isQuestion(item)) {
      const detail = `What goes to another node has at most ${bytesMax} bytes.`;
      this.#answer(item[1], refused({ code: "too_long", detail }));
    } else if (item[0] === ANSWER || (item[0] === VIEW && item[1] !== 0)) {
      this.#sendFrame([[ANSWER, item[1], { type: "unknown", retryAfterMs }]]);
    }
  }

  #answer(correlation: number, answer: Answer): void {
    this.#dependencies.receive(this, [[ANSWER, correlation, answer]]);
  }
}

// A character takes three bytes at most, so that most texts need not be measured.
function isLonger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}

function isQuestion(
  item: Item,
): item is Extract<Item, readonly [typeof COMMAND | typeof READ, ...unknown[]]> {
  return item[0] === COMMAND || item[0] === READ;
}
