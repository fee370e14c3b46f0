import {
  advanceHandOver,
  beginHandOver,
  isOver,
  type HandOver,
  type HandOverInput,
  type HandOverLimits,
  type HandOverOrder,
  type HandOverStep,
} from "../../engine/shards/hand-over.ts";
import type { Endpoint } from "./endpoint.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { Tenancy } from "./tenancy.ts";

const LIMITS: HandOverLimits = { prepareMs: 5_000, pausedMs: 1_500 };
const TICK_MS = 200;

/**
 * One planned move of a lane's shards between two live processes: the production state machine, with a coordinator that
 * carries its orders to the participants and their reports back, over a network that may lose any of them.
 */
export class PlannedMove {
  readonly #cluster: SimulatedCluster;
  readonly #unit: number;
  readonly #source: Tenancy;
  readonly #target: Endpoint;
  /** By name; those that died meanwhile are gone. */
  readonly #routers: Map<string, Endpoint>;
  readonly #coordinator: SimulatedProcess;
  readonly #number: number;
  readonly #shards: readonly number[];
  #handOver: HandOver;
  #arriving: Tenancy | undefined;
  #serving = false;
  #finishing: Promise<void> | undefined;
  #returning = false;

  constructor(cluster: SimulatedCluster, source: Tenancy, target: Endpoint, coordinator: SimulatedProcess) {
    this.#cluster = cluster;
    this.#source = source;
    this.#unit = source.unit;
    this.#target = target;
    this.#coordinator = coordinator;
    this.#routers = new Map(cluster.endpoints.map((endpoint) => [endpoint.process.name, endpoint]));
    this.#number = cluster.nextMove();
    this.#shards = cluster.shardsOf(this.#unit);
    const begun = beginHandOver([...this.#routers.keys()], cluster.world.agenda.nowMs, LIMITS);
    this.#handOver = begun.handOver;
    this.#carryOut(begun);
    this.#tick();
  }

  get over(): boolean {
    return isOver(this.#handOver);
  }

  get unit(): number {
    return this.#unit;
  }

  cancel(): void {
    this.#take({ type: "Cancel" });
  }

  /** A participant has died. A router that is dead sends nothing any more; without source or target there is no move. */
  died(process: SimulatedProcess): void {
    const { name } = process;
    if (this.#handOver.routers.includes(name)) this.#take({ type: "RouterLost", router: name });
    // Whoever opens a lane when its process has died does so for the source, not for the move.
    if (process === this.#source.process || process === this.#target.process) this.cancel();
  }

  #tick(): void {
    if (this.over) return;
    this.#coordinator.plan(TICK_MS, () => {
      this.#take({ type: "Tick" });
      this.#lookAround();
      this.#tick();
    });
  }

  /** What nobody reports: who has died, and that somebody else has opened the lane already. */
  #lookAround(): void {
    for (const { process } of this.#routers.values()) if (!process.alive) this.died(process);
    const owner = this.#cluster.owner(this.#unit);
    if (owner !== this.#source && owner?.process.alive === true) this.#take({ type: "Returned" });
  }

  #take(input: HandOverInput): void {
    const { world } = this.#cluster;
    const before = this.#handOver;
    const step = advanceHandOver(before, input, world.agenda.nowMs, LIMITS);
    this.#handOver = step.handOver;
    if (step.handOver.phase !== before.phase) {
      world.note(`move ${this.#number} of lane ${this.#unit}: ${before.phase} to ${step.handOver.phase}`);
      this.#entered(before, step.handOver);
    }
    this.#carryOut(step);
  }

  #entered(before: HandOver, after: HandOver): void {
    if (after.owner !== before.owner && this.#arriving !== undefined) {
      // The routers of the move are told by the move.
      const told = [...this.#routers.values()];
      this.#cluster.assign(this.#unit, this.#arriving, told);
    }
    // A target that had come half way is fenced by the source's return; it need not find out by itself.
    if (after.phase === "placingBack") void this.#arriving?.lane.stop();
  }

  #carryOut({ orders }: HandOverStep): void {
    for (const order of orders) this.#send(order);
  }

  #send(order: HandOverOrder): void {
    switch (order.type) {
      case "Prepare":
        return this.#tell(this.#target.process, () => this.#report({ type: "Prepared" }));
      case "Buffer":
        return this.#atRouter(order.router, (endpoint) => {
          endpoint.router.hold(this.#shards, this.#number);
          this.#report({ type: "Buffering", router: order.router });
        });
      case "Finish":
        return this.#tell(this.#source.process, () => {
          this.#finishing ??= this.#source.lane.stop();
          void this.#finishing.then(() => this.#report({ type: "Finished" }));
        });
      case "Place":
        return this.#report({ type: "Placed", at: order.at });
      case "Adopt":
        return this.#tell(this.#target.process, () => this.#arrive());
      case "Return":
        return this.#return();
      case "Release":
        return this.#release(order.router);
    }
  }

  /** The target takes the shards over and reads them, once, however often it is asked. */
  #arrive(): void {
    if (this.#handOver.phase !== "adopting") return;
    if (this.#arriving !== undefined) {
      if (this.#serving) this.#report({ type: "Adopted" });
      return;
    }
    this.#arriving = this.#cluster.tenancy(this.#unit, this.#target);
    this.#arriving.open().then(
      () => {
        this.#serving = true;
        this.#report({ type: "Adopted" });
      },
      () => {
        this.#arriving = undefined;
      },
    );
  }

  #return(): void {
    if (this.#returning) return;
    this.#returning = true;
    const host = this.#cluster.hosts.find(({ process }) => process === this.#source.process);
    const back = (): void => this.#report({ type: "Returned" });
    this.#cluster.openLane(this.#unit, host ?? this.#target, back);
  }

  #release(router: string): void {
    this.#atRouter(router, (endpoint) => {
      // Where the shards are now; and if they have not moved, they go on there.
      endpoint.router.apply(this.#cluster.placement);
      endpoint.router.release(this.#shards, this.#number);
      this.#report({ type: "Released", router });
    });
  }

  #atRouter(router: string, task: (endpoint: Endpoint) => void): void {
    const endpoint = this.#routers.get(router);
    if (endpoint !== undefined) this.#tell(endpoint.process, () => task(endpoint));
  }

  #tell(process: SimulatedProcess, task: () => void): void {
    this.#cluster.world.network.tell(process, task);
  }

  #report(input: HandOverInput): void {
    this.#tell(this.#coordinator, () => this.#take(input));
  }
}
