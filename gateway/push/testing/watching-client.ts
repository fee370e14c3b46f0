import type { Position } from "../../client/channel-view.ts";
import { Channels } from "../../client/channels.ts";
import type { WatchingGateway, WatchingSocket } from "./watching-gateway.ts";

/** A client that writes down what it is shown. */
export class WatchingClient {
  readonly seen: { readonly state: unknown; readonly position: Position }[] = [];
  readonly #channels = new Channels((text) => this.#socket?.say(text));
  #socket: WatchingSocket | undefined;

  constructor(channel: `sku/${string}`) {
    this.#channels.follow(channel, {
      state: (state, position) => this.seen.push({ state, position }),
      problem: undefined,
    });
  }

  /** Whether what it was shown has never been followed by something older. */
  get hasNeverGoneBack(): boolean {
    return this.seen.every(({ position }, index) => {
      const before = this.seen[index - 1]?.position ?? position;
      return before.epoch === position.epoch
        ? before.offset <= position.offset
        : before.epoch < position.epoch;
    });
  }

  connect(gateway: WatchingGateway): void {
    this.#socket?.close();
    const points = this.#channels.resumePoints();
    const socket = gateway.open((frame) => {
      if (this.#socket === socket) this.#channels.receive(frame);
    });
    this.#socket = socket;
    this.#channels.open(points);
    for (const point of points) socket.subscribe(point.ch, point);
  }
}
