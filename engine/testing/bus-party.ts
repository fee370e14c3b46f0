import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import { BusEndpoint } from "../transport/bus/bus-endpoint.ts";
import type { BusLink } from "../transport/bus/bus-link.ts";
import { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import type { Item } from "../transport/items.ts";
import { CollectingLog } from "./collecting-log.ts";

/** An endpoint that writes down what it hears. */
export class BusParty {
  readonly endpoint: BusEndpoint;
  readonly log = new CollectingLog();
  readonly frames: (readonly Item[])[] = [];
  readonly gaps: BusLink[] = [];
  readonly gone: BusLink[] = [];
  /** Where the last frame came from. */
  from: BusLink | undefined;
  /** What it does with what it hears. */
  onItems: (link: BusLink, items: readonly Item[]) => void = () => undefined;
  onGap: (link: BusLink) => void = () => undefined;
  onGone: (link: BusLink) => void = () => undefined;

  constructor(name: string, bus: Bus, clock: Clock, entropy: Entropy) {
    this.endpoint = new BusEndpoint({
      name,
      topics: new ClusterTopics("test"),
      bus,
      clock,
      entropy,
      log: this.log,
      retryAfterMs: 200,
      receive: (link, items) => {
        this.from = link;
        this.frames.push(items);
        this.onItems(link, items);
      },
      onGap: (link) => {
        this.gaps.push(link);
        this.onGap(link);
      },
      onGone: (link) => {
        this.gone.push(link);
        this.onGone(link);
      },
    });
  }

  /** All items, in the order in which they came. */
  get items(): readonly Item[] {
    return this.frames.flat();
  }
}
