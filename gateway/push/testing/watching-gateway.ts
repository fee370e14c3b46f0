import { parseKind, parseTenant } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import type { LanePlace, Placement } from "../../../engine/ports/placement-store.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../../engine/routing/link-dispatcher.ts";
import type { LaneRig } from "../../../engine/testing/lane-rig.ts";
import type { Link } from "../../../engine/transport/link.ts";
import type { ChannelFrame } from "../../client/channel-view.ts";
import type { Channel, ResumePoint } from "../../protocol/messages.ts";
import { PublicChannels } from "../public-channels.ts";
import type { Subscriber } from "../subscriber.ts";
import { Subscriptions } from "../subscriptions.ts";
import { HeldNetwork } from "./held-network.ts";

/** Shortest time between two frames of one channel, milliseconds. */
export const TICK_MS = 50;

/** A gateway thread with its links to the lanes. */
export class WatchingGateway {
  readonly dispatcher: LinkDispatcher;
  readonly #fromLanes: readonly HeldNetwork[];
  readonly #channels: PublicChannels;
  readonly #sockets = new Set<WatchingSocket>();

  constructor(rig: LaneRig, placement: Placement, lanes: readonly number[]) {
    this.#fromLanes = lanes.map(() => new HeldNetwork((item) => this.dispatcher.receive([item])));
    const links = lanes.map((lane): Link => {
      const back = this.from(lane);
      return { send: (item) => rig.lane(lane).receive(back, [item]) };
    });
    const linkTo = ({ lane }: LanePlace): Link => links[lane] as Link;
    this.dispatcher = new LinkDispatcher(placement, linkTo, rig.clock, defaultDispatcherLimits);
    const [tenant, kind] = [parseTenant("shop"), parseKind("tally")];
    assert(tenant !== undefined && kind !== undefined, "these are names");
    this.#channels = new PublicChannels({
      dispatcher: this.dispatcher,
      tenant,
      kind,
      clock: rig.clock,
      publish: (topic, frame) => {
        for (const socket of this.#sockets) if (socket.topics.has(topic)) socket.send(frame);
      },
      tickMs: TICK_MS,
      channelsMax: 10,
    });
  }

  /** What that lane sends here comes through this. */
  from(lane: number): HeldNetwork {
    const network = this.#fromLanes[lane];
    assert(network !== undefined, `there is a lane ${lane}`);
    return network;
  }

  /** A shard has moved. */
  learn(placement: Placement, shard: number): void {
    this.dispatcher.apply(placement);
    this.dispatcher.router.release([shard], placement.version);
  }

  open(received: (frame: ChannelFrame) => void): WatchingSocket {
    const socket = new WatchingSocket(this.#channels, received);
    this.#sockets.add(socket);
    return socket;
  }
}

/** A socket as its gateway sees it, and what its client says. */
export class WatchingSocket implements Subscriber {
  readonly topics = new Set<string>();
  readonly #channels: PublicChannels;
  readonly #received: (frame: ChannelFrame) => void;
  readonly #subscriptions = new Subscriptions();

  constructor(channels: PublicChannels, received: (frame: ChannelFrame) => void) {
    this.#channels = channels;
    this.#received = received;
  }

  /** Says `subscribe`, `unsubscribe` or `resync`. */
  say(text: string): void {
    const { t, ch } = JSON.parse(text) as { readonly t: string; readonly ch: `sku/${string}` };
    if (t === "subscribe") this.subscribe(ch, undefined);
    else if (t === "resync") this.#subscriptions.resync(ch);
    else this.#subscriptions.remove(ch);
  }

  subscribe(channel: Channel, point: ResumePoint | undefined): void {
    const subscription = this.#channels.subscribe(channel as `sku/${string}`, this, point);
    assert(!("code" in subscription), "there is room for the channel");
    this.#subscriptions.add(channel, subscription);
  }

  send(frame: string): void {
    this.#received(JSON.parse(frame) as ChannelFrame);
  }

  join(topic: string): void {
    this.topics.add(topic);
  }

  leave(topic: string): void {
    this.topics.delete(topic);
  }

  dismiss(channel: Channel): void {
    this.#subscriptions.remove(channel);
  }

  close(): void {
    this.#subscriptions.end();
  }
}
