import type { Address } from "../../engine/contract/address.ts";
import type { Dispatcher, ViewUpdate } from "../../engine/ports/dispatcher.ts";
import type { Channel, ResumePoint } from "../protocol/messages.ts";
import type { Subscriber, Subscription } from "./subscriber.ts";
import { changeFrame, greetingFrame, isLater, snapshotFrame } from "./view-delta.ts";

/** A channel that belongs to one session: every view is sent, to this socket alone. */
export class PrivateSubscription implements Subscription {
  readonly #name: Channel;
  readonly #subscriber: Subscriber;
  readonly #unwatch: () => void;
  #point: ResumePoint | undefined;
  #sent: ViewUpdate | undefined;
  #latest: ViewUpdate | undefined;
  #paused = false;

  constructor(
    name: Channel,
    address: Address,
    dispatcher: Dispatcher,
    subscriber: Subscriber,
    point: ResumePoint | undefined,
  ) {
    this.#name = name;
    this.#subscriber = subscriber;
    this.#point = point;
    this.#unwatch = dispatcher.watch(address, (update) => this.#receive(update));
  }

  resync(): void {
    // What was sent is not what the client has.
    if (this.#paused) this.#sent = undefined;
    else if (this.#latest !== undefined) this.#send(snapshotFrame(this.#name, this.#latest), this.#latest);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    // What was sent before the pause still arrives: a large view that did not change is not sent again and again.
    if (this.#latest !== this.#sent) this.resync();
  }

  end(): void {
    this.#paused = true;
    this.#unwatch();
  }

  #receive(update: ViewUpdate): void {
    if (this.#latest !== undefined && !isLater(update, this.#latest)) return;
    this.#latest = update;
    if (this.#paused) return;
    const frame =
      this.#sent === undefined
        ? greetingFrame(this.#name, update, this.#point)
        : changeFrame(this.#name, this.#sent, update);
    this.#send(frame, update);
  }

  #send(frame: string, update: ViewUpdate): void {
    this.#sent = update;
    this.#point = undefined;
    this.#subscriber.send(frame);
  }
}
