import type { ViewUpdate } from "../../engine/ports/dispatcher.ts";
import type { Channel, Problem, ResumePoint } from "../protocol/messages.ts";
import type { Subscriber, Subscription } from "./subscriber.ts";
import { changeFrame, greetingFrame, isLater, snapshotFrame } from "./view-delta.ts";

/** What a public channel tells its owner. */
export interface PublicChannelEvents {
  readonly publish: (topic: string, frame: string) => void;
  /** There is a newer view than the published one. */
  readonly changed: () => void;
  /** Whether there is anything to watch, as the newest view has it. */
  readonly seen: (exists: boolean) => void;
  /** The last subscriber has gone. */
  readonly deserted: () => void;
}

/** One public channel of a gateway thread: what was published last, and who gets what comes next. */
export class PublicChannel {
  readonly #name: Channel;
  readonly #events: PublicChannelEvents;
  readonly #members = new Set<PublicSubscription>();
  #published: ViewUpdate | undefined;
  #latest: ViewUpdate | undefined;
  #unwatch: (() => void) | undefined;
  #closed = false;

  constructor(name: Channel, events: PublicChannelEvents) {
    this.#name = name;
    this.#events = events;
  }

  /** Starts to follow the view that `watch` tells of. */
  follow(watch: (listener: (update: ViewUpdate) => void) => () => void): void {
    const unwatch = watch((update) => this.#receive(update));
    if (this.#closed) unwatch();
    else this.#unwatch = unwatch;
  }

  subscribe(subscriber: Subscriber, point: ResumePoint | undefined): Subscription {
    const member = new PublicSubscription(this, subscriber, point);
    this.#members.add(member);
    member.greet();
    return member;
  }

  remove(member: PublicSubscription): void {
    if (this.#members.delete(member) && this.#members.size === 0) this.#events.deserted();
  }

  get name(): Channel {
    return this.#name;
  }

  /** Number of subscribers. */
  get memberCount(): number {
    return this.#members.size;
  }

  /** What every subscriber has been sent, or is about to be. */
  get published(): ViewUpdate | undefined {
    return this.#published;
  }

  /** Publishes the newest view as a change of the last published one. */
  publishChange(): void {
    const [previous, next] = [this.#published, this.#latest];
    if (previous === undefined || next === undefined || !isLater(next, previous)) return;
    this.#published = next;
    this.#events.publish(this.#name, changeFrame(this.#name, previous, next));
  }

  /** Takes the channel from all its subscribers. */
  dismiss(reason: Problem): void {
    for (const member of this.#members) member.dismiss(reason);
  }

  close(): void {
    this.#closed = true;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #receive(update: ViewUpdate): void {
    if (this.#closed || (this.#latest !== undefined && !isLater(update, this.#latest))) return;
    this.#latest = update;
    this.#events.seen(update.view !== null);
    if (this.#published !== undefined) {
      this.#events.changed();
      return;
    }
    this.#published = update;
    for (const member of this.#members) member.greet();
  }
}

/** One socket's part in a public channel. */
class PublicSubscription implements Subscription {
  readonly #channel: PublicChannel;
  readonly #subscriber: Subscriber;
  #point: ResumePoint | undefined;
  #joined = false;
  #paused = false;

  constructor(channel: PublicChannel, subscriber: Subscriber, point: ResumePoint | undefined) {
    this.#channel = channel;
    this.#subscriber = subscriber;
    this.#point = point;
  }

  resync(): void {
    const current = this.#channel.published;
    if (!this.#paused && current !== undefined)
      this.#subscriber.send(snapshotFrame(this.#channel.name, current));
  }

  pause(): void {
    this.#paused = true;
    if (this.#joined) this.#subscriber.leave(this.#channel.name);
    this.#joined = false;
  }

  resume(): void {
    this.#paused = false;
    this.greet();
  }

  /** Sends what the subscriber lacks and lets it follow, once the view is known. */
  greet(): void {
    const current = this.#channel.published;
    if (this.#joined || this.#paused || current === undefined) return;
    this.#subscriber.send(greetingFrame(this.#channel.name, current, this.#point));
    this.#point = undefined;
    this.#subscriber.join(this.#channel.name);
    this.#joined = true;
  }

  dismiss(reason: Problem): void {
    this.#subscriber.dismiss(this.#channel.name, reason);
  }

  end(): void {
    this.pause();
    this.#channel.remove(this);
  }
}
