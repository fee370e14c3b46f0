import { parseActorId } from "../../engine/contract/address.ts";
import type { Kind, Tenant } from "../../engine/contract/address.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { PublicChannelName } from "../protocol/channel.ts";
import type { Problem, ResumePoint } from "../protocol/messages.ts";
import { problem } from "../protocol/problems.ts";
import { PublicChannel } from "./public-channel.ts";
import type { Subscriber, Subscription } from "./subscriber.ts";

// Time for those who watch much to leave, milliseconds.
const CROWDED_RETRY_MS = 60_000;

/** What the public channels of one gateway thread need. */
export interface PublicChannelsOptions {
  readonly dispatcher: Dispatcher;
  readonly tenant: Tenant;
  /** Kind of the actors whose views are shown; the channels name them after a slash. */
  readonly kind: Kind;
  readonly clock: Clock;
  /** Sends an encoded frame to every subscriber of a topic. */
  readonly publish: (topic: string, frame: string) => void;
  /** Shortest time between two frames of one channel, milliseconds. */
  readonly tickMs: number;
  /** Most channels with subscribers at a time. */
  readonly channelsMax: number;
}

/**
 * The channels of one kind that everybody may watch: one watch per actor and gateway thread, changes conflated per tick and
 * encoded once for all subscribers.
 */
export class PublicChannels {
  readonly #options: PublicChannelsOptions;
  readonly #channels = new Map<string, PublicChannel>();
  readonly #dirty = new Set<PublicChannel>();
  /** Channels of products that do not exist, the newest last. */
  readonly #vacant = new Set<PublicChannel>();
  #tickedAtMs = 0;
  #cancelTick: (() => void) | undefined;

  constructor(options: PublicChannelsOptions) {
    this.#options = options;
  }

  /** Number of channels that are watched. */
  get size(): number {
    return this.#channels.size;
  }

  /** Subscribes to a channel. A problem when as many as allowed are watched already. */
  subscribe(
    channel: PublicChannelName,
    subscriber: Subscriber,
    point: ResumePoint | undefined,
  ): Subscription | Problem {
    const found = this.#channels.get(channel) ?? this.#open(channel);
    return found === undefined ? crowded() : found.subscribe(subscriber, point);
  }

  /** Ends every watch. */
  close(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#dirty.clear();
    this.#vacant.clear();
  }

  #open(name: PublicChannelName): PublicChannel | undefined {
    const { dispatcher, tenant, kind, channelsMax, publish } = this.#options;
    const id = parseActorId(name.slice(name.indexOf("/") + 1));
    if (id === undefined) return undefined;
    if (this.#channels.size >= channelsMax) this.#makeRoom();
    if (this.#channels.size >= channelsMax) return undefined;
    const channel = new PublicChannel(name, {
      publish,
      changed: () => this.#markDirty(channel),
      seen: (exists) => void (exists ? this.#vacant.delete(channel) : this.#vacant.add(channel)),
      deserted: () => {
        this.#channels.delete(name);
        this.#dirty.delete(channel);
        this.#vacant.delete(channel);
        channel.close();
      },
    });
    this.#channels.set(name, channel);
    channel.follow((listener) => dispatcher.watch({ tenant, kind, id }, listener));
    return channel;
  }

  /**
   * What does not exist gives way: whoever invents names shall not keep shoppers from the products. What several wait for is
   * hardly invented, and who has waited for long is not driven away by those who come.
   *
   * What exists does not, whoever watches the most of it: sockets and sessions cost nothing, so whoever is kept to a share of each
   * opens more of them, and a full gateway has no time to weigh shares at each refusal. What stands in front of it knows addresses
   * and can bound their sockets. A page without a place shows the catalogue's figures, and buys all the same.
   */
  #makeRoom(): void {
    let least: PublicChannel | undefined;
    for (const channel of this.#vacant) {
      if (least === undefined || channel.memberCount <= least.memberCount) least = channel;
    }
    least?.dismiss(crowded());
  }

  #markDirty(channel: PublicChannel): void {
    this.#dirty.add(channel);
    if (this.#cancelTick !== undefined) return;
    // A lone change goes out at once; in a crowd of changes there is one frame per tick.
    const { clock, tickMs } = this.#options;
    const waitMs = Math.max(0, this.#tickedAtMs + tickMs - clock.nowMs());
    this.#cancelTick = clock.after(Math.min(waitMs, tickMs), () => this.#tick());
  }

  #tick(): void {
    this.#cancelTick = undefined;
    this.#tickedAtMs = this.#options.clock.nowMs();
    const channels = [...this.#dirty];
    this.#dirty.clear();
    for (const channel of channels) channel.publishChange();
  }
}

function crowded(): Problem {
  return problem("too_many_channels", "The gateway watches as many products as it can.", {
    retryAfterMs: CROWDED_RETRY_MS,
  });
}
