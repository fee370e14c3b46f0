import { MovableLink, defaultMovableLinkLimits } from "../../engine/shards/movable-link.ts";
import type { Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** A process as a sender to lanes, with its own idea of where each one is. */
export class Endpoint {
  readonly process: SimulatedProcess;
  readonly #routes: readonly MovableLink[];
  /** Takes what lanes answer. */
  receive: (items: readonly Item[]) => void;

  constructor(process: SimulatedProcess, laneCount: number) {
    this.process = process;
    // Lanes are told nothing by their peers but messages, which come to the lane that they are for.
    this.receive = () => undefined;
    const refuse = (items: readonly Item[]): void => this.receive(items);
    this.#routes = Array.from({ length: laneCount }, () => new MovableLink(defaultMovableLinkLimits, refuse));
  }

  get routes(): readonly Link[] {
    return this.#routes;
  }

  route(lane: number): MovableLink {
    return this.#routes[lane] as MovableLink;
  }
}
