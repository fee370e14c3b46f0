import type { Channel } from "../protocol/messages.ts";
import type { Subscription } from "./subscriber.ts";

/** The channels of one socket, and which of them wait because the socket does not read. */
export class Subscriptions {
  readonly #active = new Map<Channel, Subscription>();
  readonly #paused = new Set<Subscription>();
  #isPaused = false;

  get size(): number {
    return this.#active.size;
  }

  /** The names of the channels. */
  get channels(): readonly Channel[] {
    return [...this.#active.keys()];
  }

  /** Whether the channels, and those that are added, wait to be resumed. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  has(channel: Channel): boolean {
    return this.#active.has(channel);
  }

  add(channel: Channel, subscription: Subscription): void {
    this.#active.set(channel, subscription);
    if (this.#isPaused) this.#hold(subscription);
  }

  remove(channel: Channel): void {
    const subscription = this.#active.get(channel);
    if (subscription === undefined) return;
    this.#active.delete(channel);
    this.#paused.delete(subscription);
    subscription.end();
  }

  resync(channel: Channel): void {
    this.#active.get(channel)?.resync();
  }

  /** Stops all channels: the socket does not read. */
  pause(): void {
    this.#isPaused = true;
    for (const subscription of this.#active.values()) this.#hold(subscription);
  }

  /** Resumes channels one by one for as long as the socket takes what that sends. */
  resume(isWritable: () => boolean): void {
    for (const subscription of this.#paused) {
      if (!isWritable()) return;
      this.#paused.delete(subscription);
      subscription.resume();
    }
    this.#isPaused = false;
  }

  end(): void {
    for (const subscription of this.#active.values()) subscription.end();
    this.#active.clear();
    this.#paused.clear();
  }

  #hold(subscription: Subscription): void {
    if (this.#paused.has(subscription)) return;
    this.#paused.add(subscription);
    subscription.pause();
  }
}
