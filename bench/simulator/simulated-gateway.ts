import type { LanePlace, Placement } from "../../engine/ports/placement-store.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../engine/routing/link-dispatcher.ts";
import { COMMAND, MOVED, type Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** What a gateway reaches of its node. */
export interface GatewayWays {
  /** The link to a lane, the same one each time. */
  readonly linkTo: (place: LanePlace) => Link;
  /** Told when the placement that is known here may be an old one. */
  readonly doubted: () => void;
}

/** The part of a gateway that faces the lanes: the production dispatcher, and an eye on what it sends. */
export class SimulatedGateway {
  readonly process: SimulatedProcess;
  readonly dispatcher: LinkDispatcher;
  readonly #world: World;
  readonly #name: string;
  /** Commands that a lane may have begun, by correlation. */
  readonly #sent = new Set<number>();

  constructor(
    world: World,
    process: SimulatedProcess,
    name: string,
    placement: Placement,
    { linkTo, doubted }: GatewayWays,
  ) {
    this.process = process;
    this.#world = world;
    this.#name = name;
    const watched = new Map<Link, Link>();
    const linkOf = (place: LanePlace): Link => {
      const link = linkTo(place);
      const known = watched.get(link) ?? { send: (item: Item) => this.#send(link, item) };
      watched.set(link, known);
      return known;
    };
    this.dispatcher = new LinkDispatcher(placement, linkOf, process.clock, defaultDispatcherLimits, doubted);
  }

  /** Takes in what lanes answer. */
  receive(items: readonly Item[]): void {
    for (const item of items) if (item[0] === MOVED) this.#sent.delete(item[1]);
    this.dispatcher.receive(items);
  }

  /** A command that a lane may have begun is sent to no other: what it refused, another could carry out. */
  #send(link: Link, item: Item): void {
    if (item[0] === COMMAND) {
      if (this.#sent.has(item[1]))
        this.#world.violations.add("sent once", `${this.#name} sends ${item[6]} twice`);
      this.#sent.add(item[1]);
    }
    link.send(item);
  }
}
