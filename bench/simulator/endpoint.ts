import type { LanePlace, Placement } from "../../engine/ports/placement-store.ts";
import { Router } from "../../engine/routing/router.ts";
import { defaultRouterLimits } from "../../engine/routing/shard-route.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** A process as a sender to lanes, with its own idea of where each shard is. */
export class Endpoint {
  readonly process: SimulatedProcess;
  readonly linkTo: (place: LanePlace) => Link;
  /** Gateways have that of their dispatcher. */
  router: Router;
  /** Takes what lanes answer. Lanes are told nothing by their peers but messages, which come to the lane that they are for. */
  receive: (items: readonly Item[]) => void = () => undefined;

  constructor(
    process: SimulatedProcess,
    placement: Placement,
    linkTo: (from: Endpoint, place: LanePlace) => Link,
  ) {
    this.process = process;
    this.linkTo = (place) => linkTo(this, place);
    this.router = new Router(placement, {
      clock: process.clock,
      limits: defaultRouterLimits,
      linkTo: this.linkTo,
      refuse: () => undefined,
    });
  }
}
