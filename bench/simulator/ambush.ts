import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { HandOverRun } from "../../engine/shards/hand-over-run.ts";
import type { HandOverPhase } from "../../engine/shards/hand-over.ts";
import type { ShardOperator } from "./shard-operator.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { World } from "./world.ts";

const PHASES = [
  "preparing",
  "placing",
  "finishing",
  "adopting",
  "releasing",
  "placingBack",
  "returning",
] as const satisfies readonly HandOverPhase[];
const LOOK_MS = 1;
const PATIENCE_MS = 2_500;
const PAUSE_MAX_MS = 6_000;
const CUT_MAX_MS = 5_000;

/** Something that happens to a move in one of its phases: an end or the coordinator dies, stands still, or is cut off, or the move is cancelled. */
export class Ambush {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #operator: ShardOperator;
  readonly #generator: Generator;
  readonly #phase: HandOverPhase;
  readonly #untilMs: number;

  constructor(world: World, cluster: SimulatedCluster, operator: ShardOperator, generator: Generator) {
    this.#world = world;
    this.#cluster = cluster;
    this.#operator = operator;
    this.#generator = generator;
    this.#phase = generator.pick(PHASES);
    this.#untilMs = world.agenda.nowMs + PATIENCE_MS;
    operator.move(generator);
  }

  /** Waits for the phase, and strikes once. */
  lie(): void {
    const { agenda, faults } = this.#world;
    if (faults.over || agenda.nowMs > this.#untilMs) return;
    const coordinator = this.#cluster.coordinator;
    const move = coordinator?.cluster.office?.operations.active.find(({ phase }) => phase === this.#phase);
    if (coordinator === undefined || move === undefined) {
      agenda.plan(LOOK_MS, () => this.lie());
      return;
    }
    this.#world.note(`ambush of a move that is ${this.#phase}`);
    this.#strike(coordinator, move);
  }

  #strike(coordinator: SimulatedNode, { move }: HandOverRun): void {
    const generator = this.#generator;
    const victim = generator.pick([
      coordinator,
      this.#cluster.node(move.from.node),
      this.#cluster.node(move.to.node),
    ]);
    const deed = generator.pick(["die", "die", "pause", "bus", "database", "cancel"] as const);
    if (deed === "cancel") this.#operator.cancel(generator);
    if (victim === undefined) return;
    const { bus, database } = this.#world;
    if (deed === "die") this.#cluster.crash(victim);
    if (deed === "pause") this.#cluster.pause(victim, generator.between(100, PAUSE_MAX_MS));
    if (deed === "bus")
      bus.trouble(
        victim.process,
        generator.pick(["cut", "mute", "deaf"]),
        generator.between(100, CUT_MAX_MS),
      );
    if (deed === "database") database.cut(victim.process, generator.between(100, CUT_MAX_MS));
  }
}
