import type { Bus } from "../../engine/ports/bus.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Placement } from "../../engine/ports/placement-store.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "../../engine/routing/link-dispatcher.ts";
import { unknownPlacement } from "../../engine/routing/placement.ts";
import { NODE, SHARD_COUNT, type Config } from "../config.ts";
import { systemClock } from "../system-clock.ts";
import { LaneLinks, type BusStatistics } from "../workers/lane-links.ts";
import type { RouterControl } from "../workers/router-control.ts";

/** The supervisor's own way to all lanes, for what the program itself wants of its shop. */
export class SupervisorDispatcher implements RouterControl {
  readonly dispatcher: LinkDispatcher;
  readonly #links: LaneLinks;

  /** `ports` lead to the lanes of this node, by lane; `doubted` is told when the known placement may be an old one. */
  constructor(
    { cluster }: Pick<Config, "cluster">,
    ports: readonly MessagePort[],
    bus: Bus,
    log: Log,
    doubted: () => void,
  ) {
    this.#links = new LaneLinks({
      thread: { node: cluster?.node ?? NODE, role: "supervisor", number: 0 },
      ports,
      bus: cluster && { bus, cluster: cluster.cluster },
      log,
      receive: (_link, items) => this.dispatcher.receive(items),
      // Nothing is watched from here.
      broken: () => undefined,
    });
    this.dispatcher = new LinkDispatcher(
      unknownPlacement(SHARD_COUNT),
      (place) => this.#links.to(place),
      systemClock,
      defaultDispatcherLimits,
      doubted,
    );
  }

  /** Undefined in a shop that is alone. */
  get busStatistics(): BusStatistics | undefined {
    return this.#links.statistics;
  }

  apply(placement: Placement): void {
    this.dispatcher.apply(placement);
  }

  hold(shards: readonly number[], move: number): void {
    this.dispatcher.router.hold(shards, move);
  }

  release(shards: readonly number[], move: number): void {
    this.dispatcher.router.release(shards, move);
  }

  close(): void {
    this.dispatcher.stop();
    this.#links.close();
  }
}
