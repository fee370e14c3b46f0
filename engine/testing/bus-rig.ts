import type { Bus } from "../ports/bus.ts";
import type { Typed } from "../contract/decider.ts";
import type { BusLink } from "../transport/bus/bus-link.ts";
import { ClusterTopics } from "../transport/bus/cluster-topics.ts";
import { MemoryBusServer } from "../transport/bus/memory-bus.ts";
import { COMMAND, MESSAGE, VIEW, WATCH, type Item } from "../transport/items.ts";
import { BusParty } from "./bus-party.ts";
import { ManualClock } from "./manual-clock.ts";
import { SequentialEntropy } from "./sequential-entropy.ts";

/** Names of the two ends of a {@link BusRig}. */
export const GATEWAY = "node-a/gateway-0";
export const LANE = "node-b/lane-2";
/** A further lane, for what only lanes say to each other. */
export const OTHER_LANE = "node-a/lane-0";

interface Note extends Typed {
  readonly type: "Note";
  readonly note: string;
}

/** A gateway and a lane of two nodes, on a bus that loses and copies what a test wants. */
export class BusRig {
  readonly clock = new ManualClock();
  readonly server: MemoryBusServer;
  readonly gatewayBus: Bus;
  readonly laneBus: Bus;
  gateway: BusParty;
  lane: BusParty;
  /** The gateway's link to the lane. */
  readonly toLane: BusLink;
  /** What was put on the bus. */
  readonly carried: string[] = [];
  lose: (payload: string) => boolean = () => false;
  /** What is made of a payload on its way. */
  rewrite: (payload: string) => string = (payload) => payload;
  copies = 1;
  readonly #entropy = new SequentialEntropy();
  readonly #topics = new ClusterTopics("test");

  constructor() {
    this.server = new MemoryBusServer(this.clock, (deliver, _, payload) => {
      this.carried.push(payload);
      if (this.lose(payload)) return;
      for (let copy = 0; copy < this.copies; copy += 1) this.clock.soon(deliver);
    });
    this.gatewayBus = this.#rewriting(this.server.connect());
    this.laneBus = this.#rewriting(this.server.connect());
    this.gateway = this.party(GATEWAY, this.gatewayBus);
    this.lane = this.party(LANE, this.laneBus);
    this.toLane = this.gateway.endpoint.link(LANE);
  }

  party(name: string, bus: Bus): BusParty {
    return new BusParty(name, bus, this.clock, this.#entropy);
  }

  /** The thread ends, and another one begins in its place. */
  restartGateway(): void {
    this.gateway.endpoint.close();
    this.gateway = this.party(GATEWAY, this.gatewayBus);
  }

  restartLane(): void {
    this.lane.endpoint.close();
    this.lane = this.party(LANE, this.laneBus);
  }

  /** A connection whose owner speaks as {@link rewrite} says. */
  #rewriting(bus: Bus): Bus {
    const publish: Bus["publish"] = (topic, payload) => bus.publish(topic, this.rewrite(payload));
    return new Proxy(bus, {
      get(target, name) {
        if (name === "publish") return publish;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Puts a text into an inbox, past all numbering, as somebody may who can publish what such a sender does. */
  post(to: string, payload: string, sender = GATEWAY): void {
    this.gatewayBus.publish(this.#topics.inbox(to, sender), payload);
  }

  /** The lane serves the views that it is asked for; the gateway asks again when something is lost, or the lane is gone. */
  serveViews(): void {
    let offset = 0;
    this.lane.onItems = (link, items) => {
      for (const [tag] of items) if (tag === WATCH) link.send(view((offset += 1)));
    };
    this.gateway.onGap = (link) => link.send(watch);
    this.gateway.onGone = this.gateway.onGap;
  }
}

export function command(correlation: number, note = ""): Item {
  const noted: Note = { type: "Note", note };
  return [COMMAND, correlation, "shop", "cart", "C", noted, `key-${correlation}`, 9_000_000_000_000, null];
}

export function message(number: number): Item {
  return [MESSAGE, 1, 2, number, "shop", "cart", "C", { type: "Note" }];
}

export const watch: Item = [WATCH, "shop", "inventory", "S"];

export function view(offset: number): Item {
  return [VIEW, 0, "shop", "inventory", "S", 1, offset, { available: offset }];
}
