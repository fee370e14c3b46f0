import type { Generator } from "../../engine/contract/testing/generator.ts";
import { Ambush } from "./ambush.ts";
import type { FaultKind } from "./faults.ts";
import { ShardOperator } from "./shard-operator.ts";
import type { BusTrouble } from "./simulated-bus-server.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { World } from "./world.ts";

const MOMENT_MS = 250;
const FLAPS_MAX = 5;
// As a process has, mostly; and too little for some of its shards.
const LEAVE_MS = [18_000, 18_000, 18_000, 2_000, 700] as const;

/** Faults that come over whole processes: once in a moment each has its chance, until the weather is good again. */
export class Weather {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #operator: ShardOperator;

  constructor(world: World, cluster: SimulatedCluster) {
    this.#world = world;
    this.#cluster = cluster;
    this.#operator = new ShardOperator(world, cluster);
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
    const { faults, bus, database } = this.#world;
    faults.end();
    bus.heal();
    database.heal();
    for (const { process } of this.#cluster.nodes) process.setClock(0);
    this.#operator.putRight();
  }

  #strike(): void {
    for (const node of this.#cluster.nodes) this.#strikeNode(node);
    const { faults, bus, database } = this.#world;
    const down = faults.strikes("bus-down");
    if (down !== undefined) bus.stop(down.between(50, 6_000));
    const full = faults.strikes("disk-full");
    if (full !== undefined) database.fill(full.between(200, 8_000));
    const operates = faults.strikes("operate");
    if (operates !== undefined) this.#operator.operate(operates);
    const moves = faults.strikes("move");
    if (moves !== undefined) this.#operator.move(moves);
    const ambush = faults.strikes("ambush");
    if (ambush !== undefined) new Ambush(this.#world, this.#cluster, this.#operator, ambush).lie();
  }

  #strikeNode(node: SimulatedNode): void {
    const { faults, bus, database } = this.#world;
    const { process } = node;
    const on = (kind: FaultKind, happens: (generator: Generator) => void): void => {
      const generator = faults.strikes(kind);
      if (generator !== undefined) happens(generator);
    };
    on("crash", (generator) => this.#dieSoon(node, generator));
    on("flap", (generator) => this.#flap(node.name, generator.between(2, FLAPS_MAX), generator));
    on("restart", (generator) => this.#cluster.restart(node, generator.pick(LEAVE_MS)));
    on("pause", (generator) => this.#cluster.pause(node, generator.pick([100, 800, 3_000, 9_000, 16_000])));
    on("clock-jump", (generator) => this.#jump(node, generator));
    on("bus-cut", (generator) => bus.trouble(process, "cut", generator.between(100, 8_000)));
    on("bus-one-way", (generator) => {
      const trouble = generator.pick(["mute", "deaf"] as const satisfies readonly BusTrouble[]);
      bus.trouble(process, trouble, generator.between(100, 6_000));
    });
    on("database-cut", (generator) => database.cut(process, generator.between(100, 8_000)));
    on("partition", (generator) => {
      const forMs = generator.between(100, 8_000);
      bus.trouble(process, "cut", forMs);
      database.cut(process, forMs);
    });
  }

  /** Somebody sets a clock, and it is corrected a little later. */
  #jump({ process }: SimulatedNode, generator: Generator): void {
    process.setClock(generator.between(-20_000, 30_000));
    this.#world.agenda.plan(generator.between(200, 8_000), () => process.setClock(0));
  }

  /** Not at the moment's beat, but between any two things that it does. */
  #dieSoon(node: SimulatedNode, generator: Generator): void {
    this.#world.agenda.plan(generator.below(MOMENT_MS * 1_000) / 1_000, () => this.#cluster.crash(node));
  }

  /** A node dies again and again, each time soon after it has come back. */
  #flap(name: string, times: number, generator: Generator): void {
    const node = this.#cluster.node(name);
    if (node !== undefined) this.#cluster.crash(node);
    if (times > 1 && !this.#world.faults.over)
      this.#world.agenda.plan(generator.between(1_000, 6_000), () => this.#flap(name, times - 1, generator));
  }
}
