import { assert } from "../../engine/contract/assert.ts";
import type { Bus } from "../../engine/ports/bus.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import { formatLanePlace } from "../../engine/routing/lane-place.ts";
import { BusEndpoint } from "../../engine/transport/bus/bus-endpoint.ts";
import type { BusCounters } from "../../engine/transport/bus/bus-link.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { formatEndpoint, type Endpoint } from "../../engine/transport/bus/endpoint.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import { PortLink } from "../../engine/transport/port-link.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";

const RETRY_AFTER_MS = 200;

/** What the links of one thread are made of. */
export interface LaneLinksDependencies {
  readonly thread: Endpoint;
  /** Ports to the other lanes of this node, by lane. */
  readonly ports: readonly (MessagePort | undefined)[];
  /** Leads to other nodes; a shop that is alone has none. */
  readonly bus: { readonly bus: Bus; readonly cluster: string } | undefined;
  readonly log: Log;
  readonly receive: (link: Link, items: readonly Item[]) => void;
  /** Something between this thread and the other end of the link was lost, or the other end is gone. */
  readonly broken: (link: Link, otherEnd: string) => void;
}

/** How one thread fares on the bus: plain data. */
export interface BusStatistics {
  /** Such as `lane-0`. */
  readonly thread: string;
  readonly isConnected: boolean;
  readonly counters: BusCounters;
}

/** The links of one thread to all lanes: message ports within its node, the bus to other nodes. */
export class LaneLinks {
  readonly #thread: Endpoint;
  readonly #bus: Bus | undefined;
  readonly #ports: readonly (Link | undefined)[];
  readonly #endpoint: BusEndpoint | undefined;

  constructor({ thread, ports, bus, log, receive, broken }: LaneLinksDependencies) {
    this.#thread = thread;
    this.#bus = bus?.bus;
    this.#ports = ports.map((port) => {
      if (port === undefined) return undefined;
      const link: Link = new PortLink(port, (items) => receive(link, items));
      return link;
    });
    if (bus === undefined) return;
    this.#endpoint = new BusEndpoint({
      name: formatEndpoint(thread),
      topics: new ClusterTopics(bus.cluster),
      bus: bus.bus,
      clock: systemClock,
      entropy: systemEntropy,
      log,
      retryAfterMs: RETRY_AFTER_MS,
      receive,
      onGap: (link) => broken(link, link.to),
      onGone: (link) => broken(link, link.to),
    });
  }

  /** The link to a lane, the same one each time. */
  to(place: LanePlace): Link {
    const link =
      place.node === this.#thread.node
        ? this.#ports[place.lane]
        : this.#endpoint?.link(formatLanePlace(place));
    assert(link !== undefined, "a way leads to every lane of the placement", formatLanePlace(place));
    return link;
  }

  /** How this thread fares on the bus; undefined in a shop that is alone. */
  get statistics(): BusStatistics | undefined {
    if (this.#endpoint === undefined) return undefined;
    const { role, number } = this.#thread;
    const isConnected = this.#bus?.state === "connected";
    return { thread: `${role}-${number}`, isConnected, counters: { ...this.#endpoint.counters } };
  }

  /** Sends what has queued for other nodes, and no longer hears them. */
  close(): void {
    this.#endpoint?.close();
  }
}
