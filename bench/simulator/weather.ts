import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { Endpoint } from "./endpoint.ts";
import { PlannedMove } from "./planned-move.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

const MOMENT_MS = 250;

/** Faults that come over whole processes: once in a moment each has its chance, until the weather is good again. */
export class Weather {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #coordinator: SimulatedProcess;
  #moves: PlannedMove[] = [];

  constructor(world: World, cluster: SimulatedCluster) {
    this.#world = world;
    this.#cluster = cluster;
    this.#coordinator = new SimulatedProcess("coordinator", world.agenda);
    cluster.onEnd((process) => {
      for (const move of this.#moves) move.died(process);
    });
  }

  /** Moves that are not over. */
  get movesUnderWay(): number {
    this.#moves = this.#moves.filter((move) => !move.over);
    return this.#moves.length;
  }

  begin(): void {
    this.#world.agenda.plan(MOMENT_MS, () => {
      if (this.#world.faults.over) return;
      this.#strike();
      this.begin();
    });
  }

  /** Nothing goes wrong any more; what stands still goes on in its own time. */
  end(): void {
    const { faults, network, database } = this.#world;
    faults.end();
    network.heal();
    database.heal();
    for (const { process } of this.#cluster.endpoints) process.setClock(0);
  }

  #strike(): void {
    const { faults, network, database } = this.#world;
    for (const host of this.#cluster.hosts) {
      if (faults.strikes("crash") !== undefined) this.#dieSoon(host);
      const stands = faults.strikes("pause");
      if (stands !== undefined) this.#cluster.pause(host, stands.pick([100, 800, 3_000, 9_000, 16_000]));
      const jumps = faults.strikes("clock-jump");
      if (jumps !== undefined) this.#jump(host, jumps);
    }
    const cuts = faults.strikes("partition");
    if (cuts !== undefined) this.#cut(network, cuts);
    const full = faults.strikes("disk-full");
    if (full !== undefined) database.fill(full.between(200, 8_000));
    const moves = faults.strikes("move");
    if (moves !== undefined) this.#move(moves);
  }

  /** Somebody sets a clock, and it is corrected a little later. */
  #jump({ process }: Endpoint, generator: Generator): void {
    process.setClock(generator.between(-20_000, 30_000));
    this.#world.agenda.plan(generator.between(200, 8_000), () => process.setClock(0));
  }

  /** Not at the moment's beat, but between any two things that it does. */
  #dieSoon(host: Endpoint): void {
    const afterUs = this.#cluster.generator.below(MOMENT_MS * 1_000);
    this.#world.agenda.plan(afterUs / 1_000, () => this.#cluster.crash(host));
  }

  #cut(network: World["network"], generator: Generator): void {
    const all = this.#cluster.endpoints;
    const from = all[generator.below(all.length)] as Endpoint;
    const to = all[generator.below(all.length)] as Endpoint;
    network.cut(from.process, to.process, generator.between(100, 6_000));
  }

  #move(generator: Generator): void {
    const unit = generator.below(this.#cluster.laneCount);
    const source = this.#cluster.owner(unit);
    if (source?.process.alive !== true || this.#moves.some((move) => move.unit === unit && !move.over))
      return;
    const targets = this.#cluster.hosts.filter(
      ({ process }) => process !== source.process && !process.paused,
    );
    const target = targets[generator.below(targets.length)];
    if (target === undefined) return;
    const move = new PlannedMove(this.#cluster, source, target, this.#coordinator);
    this.#moves.push(move);
    const cancelled = generator.chance(15);
    if (cancelled) this.#world.agenda.plan(generator.below(300), () => move.cancel());
  }
}
