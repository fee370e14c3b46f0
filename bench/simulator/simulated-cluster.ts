import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { LanePlace, Placement, ShardPlace } from "../../engine/ports/placement-store.ts";
import type { Link } from "../../engine/transport/link.ts";
import { Endpoint } from "./endpoint.ts";
import { generatorFor } from "./seeds.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { Tenancy } from "./tenancy.ts";
import type { World } from "./world.ts";

/** Number of shards in every simulation: few, so that actors share them. */
export const SHARD_COUNT = 8;

const REOPEN_MS = 400;
const LEASE_MS = 1_500;

/**
 * The processes of a shop and who owns what: gateways and hosts that die, stand still and come back, and lanes that are
 * opened where they are missed. What a cluster believes about owners may be wrong at any moment; only the journal decides.
 */
export class SimulatedCluster {
  readonly world: World;
  readonly laneCount: number;
  readonly gateways: readonly Endpoint[];
  readonly generator: Generator;
  #hosts: Endpoint[] = [];
  readonly #owners: (Tenancy | undefined)[] = [];
  /** Counts attempts to open each lane: the newest one wins. */
  readonly #attempts: number[] = [];
  /** By the name of its place. */
  readonly #tenancies = new Map<string, Tenancy>();
  /** The newest one. */
  #placement: Placement;
  /** Where lanes are being opened. */
  readonly #opening: (SimulatedProcess | undefined)[] = [];
  readonly #links = new Map<string, Link>();
  #incarnations = 0;
  #moves = 0;
  #ended = (_process: SimulatedProcess): void => undefined;

  constructor(world: World) {
    this.world = world;
    this.generator = generatorFor(world.seed, "cluster");
    this.laneCount = this.generator.pick([1, 2, 2, 3, 4, SHARD_COUNT]);
    this.#placement = { version: 0, shards: Array.from({ length: SHARD_COUNT }, () => undefined) };
    this.gateways = [this.#endpoint("gateway-1"), this.#endpoint("gateway-2")];
    const hostCount = this.generator.between(1, 3);
    for (let host = 1; host <= hostCount; host += 1) this.#startHost();
  }

  get placement(): Placement {
    return this.#placement;
  }

  /** The shards of a lane. */
  shardsOf(unit: number): readonly number[] {
    return [...this.#placement.shards.keys()].filter((shard) => shard % this.laneCount === unit);
  }

  get hosts(): readonly Endpoint[] {
    return this.#hosts;
  }

  /** Everybody who sends to lanes. */
  get endpoints(): readonly Endpoint[] {
    return [...this.gateways, ...this.#hosts];
  }

  owner(unit: number): Tenancy | undefined {
    return this.#owners[unit];
  }

  /** The number of the next move. */
  nextMove(): number {
    this.#moves += 1;
    return this.#moves;
  }

  /** `ended` is called when a process has died. */
  onEnd(ended: (process: SimulatedProcess) => void): void {
    this.#ended = ended;
  }

  /** Opens all lanes for the first time. */
  start(): void {
    for (let unit = 0; unit < this.laneCount; unit += 1) this.openLane(unit, this.#anyHost());
  }

  /** Opens a lane in a process; whoever had it before is fenced by that. `opened` is called when it serves. */
  openLane(unit: number, host: Endpoint, opened: () => void = () => undefined): void {
    const attempt = (this.#attempts[unit] ?? 0) + 1;
    this.#attempts[unit] = attempt;
    this.#opening[unit] = host.process;
    this.world.note(`${host.process.name} opens lane ${unit}`);
    const isNewest = (): boolean => this.#attempts[unit] === attempt;
    const tenancy = this.tenancy(unit, host);
    tenancy.open().then(
      () => {
        if (!isNewest() || !host.process.alive) return;
        this.#opening[unit] = undefined;
        this.assign(unit, tenancy);
        opened();
      },
      () => {
        this.world.agenda.plan(REOPEN_MS, () => {
          if (isNewest()) this.openLane(unit, host.process.alive ? host : this.#anyHost(), opened);
        });
      },
    );
  }

  /** A lane that is not open yet. */
  tenancy(unit: number, host: Endpoint): Tenancy {
    const { process } = host;
    const ended = (): void => this.crash(host);
    // A lane ends in the middle of something; its process a moment later.
    return new Tenancy(this.world, host, unit, {
      shards: this.shardsOf(unit),
      shardCount: SHARD_COUNT,
      ended: () => void process.plan(0, ended),
    });
  }

  /** From now on that tenancy owns the lane; everybody hears of it sooner or later. */
  assign(unit: number, tenancy: Tenancy, told: readonly Endpoint[] = []): void {
    this.#owners[unit] = tenancy;
    this.#tenancies.set(tenancy.place.node, tenancy);
    const version = this.#placement.version + 1;
    const place: ShardPlace = { ...tenancy.place, pinned: false };
    const shards = this.#placement.shards.map((before, shard) =>
      shard % this.laneCount === unit ? place : before,
    );
    const placement = { version, shards };
    this.#placement = placement;
    this.world.note(`lane ${unit} belongs to ${tenancy.process.name} by version ${version}`);
    for (const endpoint of this.endpoints) {
      if (told.includes(endpoint)) continue;
      this.world.agenda.plan(this.generator.below(50), () =>
        endpoint.process.run(() => void endpoint.router.apply(placement)),
      );
    }
  }

  /** The one link from an endpoint to the tenancy of a place. */
  #linkTo(endpoint: Endpoint, { node }: LanePlace): Link {
    const tenancy = this.#tenancies.get(node) as Tenancy;
    const name = `${endpoint.process.name}>${tenancy.name}`;
    let link = this.#links.get(name);
    if (link === undefined) {
      const { network } = this.world;
      link = network.link(endpoint.process, tenancy.process, (items) => tenancy.receive(endpoint, items));
      this.#links.set(name, link);
    }
    return link;
  }

  /** A process dies where it stands; another takes its place, and its lanes are opened again. */
  crash(host: Endpoint): void {
    const { process } = host;
    if (!process.alive) return;
    this.world.note(`${process.name} dies`);
    process.kill();
    this.#hosts = this.#hosts.filter((other) => other !== host);
    this.#startHost();
    this.world.agenda.plan(this.generator.between(100, 2_000), () => this.#takeOver(process));
    this.#ended(process);
  }

  /** A process stands still; past its lease others take its lanes over, and some time after it goes on, it is ended. */
  pause(host: Endpoint, forMs: number): void {
    const { process } = host;
    if (!process.alive || process.paused) return;
    this.world.note(`${process.name} stands still for ${forMs} ms`);
    process.pause();
    const { agenda } = this.world;
    const loses = forMs > LEASE_MS;
    if (loses) {
      if (this.#hosts.length === 1) this.#startHost();
      agenda.plan(LEASE_MS, () => this.#takeOver(process));
    }
    agenda.plan(forMs, () => {
      this.world.note(`${process.name} goes on`);
      process.resume();
    });
    if (loses) agenda.plan(forMs + this.generator.between(3_000, 15_000), () => this.crash(host));
  }

  /** Whether every lane is open, nothing waits in any of them, and nothing is on its way between them. */
  get quiet(): boolean {
    for (let unit = 0; unit < this.laneCount; unit += 1) {
      const tenancy = this.#owners[unit];
      if (tenancy?.process.alive !== true || tenancy.lane.state !== "serving") return false;
      const { outboxPending, callsPending, mailboxDepth } = tenancy.lane.statistics();
      if (outboxPending + callsPending + mailboxDepth > 0) return false;
    }
    return true;
  }

  /** A host that is up, as far as anybody knows. */
  #anyHost(): Endpoint {
    const up = this.#hosts.filter(({ process }) => !process.paused);
    return this.#pick(up.length > 0 ? up : [this.#startHost()]);
  }

  #takeOver(process: SimulatedProcess): void {
    for (let unit = 0; unit < this.laneCount; unit += 1) {
      if (this.#owners[unit]?.process === process || this.#opening[unit] === process)
        this.openLane(unit, this.#anyHost());
    }
  }

  #startHost(): Endpoint {
    this.#incarnations += 1;
    const host = this.#endpoint(`host-${this.#incarnations}`);
    this.#hosts.push(host);
    return host;
  }

  #endpoint(name: string): Endpoint {
    const process = new SimulatedProcess(name, this.world.agenda);
    return new Endpoint(process, this.#placement, (from, place) => this.#linkTo(from, place));
  }

  #pick(hosts: readonly Endpoint[]): Endpoint {
    return hosts[this.generator.below(hosts.length)] as Endpoint;
  }
}
