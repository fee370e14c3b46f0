import type { Bus, BusState } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Entropy } from "../../ports/entropy.ts";
import type { Log } from "../../ports/log.ts";
import { decodeFrame } from "../frame.ts";
import type { Item } from "../items.ts";
import { UnknownVersion, UnknownVersions } from "../unknown-versions.ts";
import { decodeBusFrame, encodeBusFrame, senderOf, type BusFrameHead } from "./bus-frame.ts";
import { BusLink, noBusTraffic } from "./bus-link.ts";
import type { ClusterTopics } from "./cluster-topics.ts";
import { assertItems } from "./item-forms.ts";
import { hasPredecessor, IncomingStream } from "./incoming-stream.ts";

const TICK_MS = 1_000;
const SILENT_TICKS_MAX = 5;
// The part of a UUID that is chance alone.
const STREAM_CHARACTERS = 12;

/** What an endpoint is made of. */
export interface BusEndpointDependencies {
  /** Name of this endpoint, such as `node-a/gateway-0`. */
  readonly name: string;
  readonly topics: ClusterTopics;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  /** When a command may be sent again that the bus has no room for, milliseconds. */
  readonly retryAfterMs: number;
  /** Takes in a frame. `link` is where its answers go. */
  readonly receive: (link: BusLink, items: readonly Item[]) => void;
  /**
   * Something between the two ends of a link is lost. Whoever watches views over it asks for all of them again; whoever
   * serves views over it forgets who watches.
   */
  readonly onGap: (link: BusLink) => void;
  /**
   * Nothing has been heard for five seconds of somebody who should have said something, or it has started again: whoever serves
   * views over this link forgets who watches; whoever watches asks again, if that end still is the one to ask.
   */
  readonly onGone: (link: BusLink) => void;
}

/** One link, and what was heard of its other end. */
interface Conversation {
  readonly link: BusLink;
  readonly incoming: IncomingStream;
  silentTicks: number;
}

/**
 * A thread's inbox on the bus, and its links to the threads of other nodes.
 *
 * A link has one end that asks ({@link link}) and one that answers, which comes to be when the first frame arrives. Each end
 * numbers its frames, in a stream whose name is new at every start. When the answering end misses a frame, it leaves out a
 * number of its own: so the asking end notices in any case, and asks for its views again.
 */
export class BusEndpoint {
  readonly counters = noBusTraffic();
  readonly #dependencies: BusEndpointDependencies;
  /** By name of the other end. */
  readonly #asking = new Map<string, Conversation>();
  readonly #answering = new Map<string, Conversation>();
  readonly #toFlush: BusLink[] = [];
  readonly #unknownVersions: UnknownVersions;
  /** Streams that were told within this second that they are not read. */
  readonly #toldUnread = new Set<string>();
  readonly #leave: () => void;
  readonly #endStates: () => void;
  #cancelTick: () => void = () => undefined;
  #hasToldMalformed = false;

  constructor(dependencies: BusEndpointDependencies) {
    this.#dependencies = dependencies;
    const { bus, topics, name, log } = dependencies;
    this.#unknownVersions = new UnknownVersions(log);
    const leaves = topics
      .inboxes(name)
      .map((topic) => bus.subscribe(topic, (text, of) => this.#take(text, of)));
    this.#leave = () => leaves.forEach((leave) => leave());
    this.#endStates = bus.onState((state) => this.#stateChanged(state));
    this.#tick();
  }

  /** The link to another endpoint; the same one every time. It lasts, whatever becomes of the other end. */
  link(to: string): BusLink {
    const known = this.#asking.get(to);
    if (known !== undefined) return known.link;
    const link = this.#newLink(to, undefined);
    this.#asking.set(to, { link, incoming: new IncomingStream(), silentTicks: 0 });
    return link;
  }

  /** Sends what has queued, and neither hears nor sends any more. */
  close(): void {
    this.#flush();
    this.#cancelTick();
    this.#endStates();
    this.#leave();
    for (const { link } of [...this.#asking.values(), ...this.#answering.values()]) link.close();
  }

  #take(text: string, topic: string): void {
    const frame = this.#decode(text, topic);
    if (frame === undefined) return;
    this.counters.framesReceived += 1;
    const { head, items } = frame;
    if (head.type === "unread") return this.#notUnderstoodBy(head);
    if (head.answering === undefined) this.#asked(head, items);
    else this.#answered(head, items);
  }

  #decode(
    text: string,
    topic: string,
  ): { readonly head: BusFrameHead; readonly items: readonly Item[] } | undefined {
    try {
      this.#assertSender(text, topic);
      const { head, body } = decodeBusFrame(text);
      const items: unknown = head.type === "items" ? decodeFrame(body) : [];
      assertItems(items, head.from);
      return { head, items };
    } catch (error) {
      if (error instanceof UnknownVersion && this.#isUnread(text, error)) return undefined;
      this.counters.malformedFrames += 1;
      if (!this.#hasToldMalformed) {
        this.#hasToldMalformed = true;
        this.#dependencies.log.error({ err: error }, "a frame on the bus cannot be read; it is dropped");
      }
      return undefined;
    }
  }

  /** Whoever may publish under a topic says what it likes about itself: only the topic tells who may pass for a lane. */
  #assertSender(text: string, topic: string): void {
    const { topics, name } = this.#dependencies;
    const sender = senderOf(text);
    if (sender !== undefined && topics.inbox(name, sender.from) !== topic)
      throw new Error(`bus frame of ${sender.from} has come under ${topic}`);
  }

  /**
   * A frame is of another release: its sender is told, so that it refuses what it would send. Whoever is asked from here may have
   * answered in it: what waits for that is asked again once the two ends understand each other. Returns false when it is no frame.
   */
  #isUnread(text: string, error: UnknownVersion): boolean {
    const sender = senderOf(text);
    if (sender === undefined) return false;
    const { from, stream } = sender;
    this.#unknownVersions.met(from, error);
    this.counters.unknownVersions += 1;
    if (!this.#toldUnread.has(stream)) {
      this.#toldUnread.add(stream);
      const { bus, topics, name } = this.#dependencies;
      const head = { type: "unread", from: name, stream: "-", number: 0, answering: stream } as const;
      bus.publish(topics.inbox(from, name), encodeBusFrame(head, ""));
      this.#pause(from);
    }
    return true;
  }

  /** What this end sends is of another release than the other one reads. */
  #notUnderstoodBy({ from, answering }: BusFrameHead): void {
    if (this.#asking.get(from)?.link.stream === answering) this.#pause(from);
  }

  #pause(name: string): void {
    const link = this.#asking.get(name)?.link;
    if (link === undefined) return;
    link.pause();
    link.forgetWatches();
    this.#dependencies.onGap(link);
  }

  /** Something comes from whom this end has asked. */
  #answered(head: BusFrameHead, items: readonly Item[]): void {
    const conversation = this.#asking.get(head.from);
    // What an earlier start of this endpoint has asked for has numbers that mean something else now.
    const isMine = conversation?.link.stream === head.answering;
    const continuation = isMine ? conversation?.incoming.heard(head) : "old";
    if (conversation === undefined || continuation === "old") {
      this.counters.oldFrames += 1;
      return;
    }
    const { link } = conversation;
    conversation.silentTicks = 0;
    if (continuation !== "next") {
      this.counters.gaps += 1;
      link.forgetWatches();
      this.#dependencies.onGap(link);
    }
    if (items.length > 0) this.#dependencies.receive(link, items);
  }

  /** Somebody asks this end, or tells it something. */
  #asked(head: BusFrameHead, items: readonly Item[]): void {
    const known = this.#answering.get(head.from);
    const incoming = known?.incoming ?? new IncomingStream();
    const continuation = incoming.heard(head);
    if (continuation === "old") {
      this.counters.oldFrames += 1;
      return;
    }
    if (known !== undefined && continuation === "other") this.#part(head.from, known);
    const conversation = this.#answering.get(head.from) ?? this.#begin(head, incoming);
    const { link } = conversation;
    conversation.silentTicks = 0;
    if (continuation === "gap" || (continuation === "other" && hasPredecessor(head))) {
      this.counters.gaps += 1;
      link.skip();
      this.#dependencies.onGap(link);
    }
    if (head.type === "beat") link.tell("echo");
    if (items.length > 0) this.#dependencies.receive(link, items);
  }

  #begin({ from, stream }: BusFrameHead, incoming: IncomingStream): Conversation {
    const conversation = { link: this.#newLink(from, stream), incoming, silentTicks: 0 };
    this.#answering.set(from, conversation);
    return conversation;
  }

  #part(name: string, { link }: Conversation): void {
    this.#answering.delete(name);
    link.close();
    this.#dependencies.onGone(link);
  }

  #newLink(to: string, answering: string | undefined): BusLink {
    const { bus, name, topics, entropy, retryAfterMs, log, receive } = this.#dependencies;
    return new BusLink(to, {
      bus,
      from: name,
      stream: entropy.uuid().slice(-STREAM_CHARACTERS),
      answering,
      topic: topics.inbox(to, name),
      retryAfterMs,
      counters: this.counters,
      log,
      receive,
      plan: (link) => this.#plan(link),
    });
  }

  #plan(link: BusLink): void {
    this.#toFlush.push(link);
    if (this.#toFlush.length === 1) this.#dependencies.clock.soon(() => this.#flush());
  }

  #flush(): void {
    for (const link of this.#toFlush.splice(0)) link.flush();
  }

  #stateChanged(state: BusState): void {
    if (state === "away") return;
    // Whatever was lost meanwhile shows in the numbers.
    for (const { link } of this.#asking.values()) if (link.isExpecting) link.tell("beat");
  }

  #tick(): void {
    this.#cancelTick = this.#dependencies.clock.after(TICK_MS, () => this.#tick());
    this.#toldUnread.clear();
    // Nobody can be heard now, and that is not their fault.
    if (this.#dependencies.bus.state === "away") return;
    for (const conversation of this.#asking.values()) this.#expect(conversation);
    for (const [name, conversation] of this.#answering) {
      // In ticks and not in time: a process that stood still has not read yet what came meanwhile.
      conversation.silentTicks += 1;
      if (conversation.silentTicks > SILENT_TICKS_MAX) this.#part(name, conversation);
    }
  }

  /** Compares numbers with everybody from whom something may still come. */
  #expect(conversation: Conversation): void {
    const { link } = conversation;
    if (!link.isExpecting) conversation.silentTicks = 0;
    else {
      conversation.silentTicks += 1;
      link.tell("beat");
      if (conversation.silentTicks === SILENT_TICKS_MAX + 1) {
        link.forgetWatches();
        this.#dependencies.onGone(link);
      }
    }
    link.tick();
  }
}
