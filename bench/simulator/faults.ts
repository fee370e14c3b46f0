import type { Generator } from "../../engine/contract/testing/generator.ts";
import { generatorFor } from "./seeds.ts";

/**
 * Everything that a simulation can do to the shop, with the chance per opportunity (of 100,000) in a seed that has it.
 * An opportunity of a network fault is one item on its way, of a journal fault one append, and so on.
 */
const FAULT_RATES = {
  /** An item between two processes is lost, comes twice, is overtaken, or is late. */
  drop: [500, 8_000],
  duplicate: [500, 8_000],
  reorder: [1_000, 15_000],
  delay: [500, 8_000],
  /** A process loses its connection to the bus for a while, or nothing goes one way and nobody notices. */
  "bus-cut": [100, 1_500],
  "bus-one-way": [100, 1_500],
  /** The bus is gone for everybody for a while. */
  "bus-down": [100, 1_500],
  /** A process cannot reach the database for a while; or neither database nor bus. */
  "database-cut": [100, 1_500],
  partition: [100, 1_500],
  /** An append is lost on its way; the owner is told only that it does not know. */
  "append-lost": [200, 4_000],
  /** An append is stored, and its reply is lost. */
  "reply-lost": [200, 4_000],
  /** An append is stored after its owner was told that nobody knows. */
  "append-late": [200, 4_000],
  "append-refused": [200, 4_000],
  "append-slow": [500, 8_000],
  /** The database takes nothing for a while. */
  "disk-full": [300, 2_000],
  /** Whatever else is asked of the database fails once, done or not… */
  "store-fails": [500, 6_000],
  /** …or takes its time, also when whoever asked has died meanwhile. */
  "store-slow": [500, 4_000],
  /** Bytes of a stored snapshot or checkpoint change. */
  "snapshot-damaged": [1_000, 20_000],
  /** A node dies between any two steps of its lanes; the journal stays, and it is started again. */
  crash: [100, 1_200],
  /** A node dies again and again. */
  flap: [50, 300],
  /** A node is told to end, and is started again. */
  restart: [50, 600],
  /** A node stands still; others take its shards over meanwhile, and it goes on not knowing. */
  pause: [300, 3_000],
  /** The clock of a process is set forward or back. */
  "clock-jump": [500, 4_000],
  /** Shards move to another lane while they are in use; some moves are cancelled. */
  move: [1_000, 12_000],
  /** Nodes are drained and opened again, shards are pinned and unpinned, loads are balanced. */
  operate: [500, 5_000],
  /** Shards move, and in one phase of the move an end of it or the coordinator dies, stands still or is cut off. */
  ambush: [1_000, 8_000],
  /** The payment provider cannot be reached for a while, does not say what it has done, or answers late. */
  "bank-silent": [1_000, 8_000],
  "bank-late": [1_000, 20_000],
} as const satisfies Record<string, readonly [low: number, high: number]>;

/** The name of a kind of fault. */
export type FaultKind = keyof typeof FAULT_RATES;

const FAULT_KINDS = Object.keys(FAULT_RATES) as readonly FaultKind[];

/** What may go wrong: kinds at the rates of the seed, or single occurrences such as `drop@12`. */
export type FaultSelection = readonly string[];

/** What is no fault at all: clients may notice a pause, and nothing else. */
const ORDERLY: ReadonlySet<string> = new Set<FaultKind>(["move", "operate", "restart", "append-slow"]);

const OF = 100_000;
const KIND_CHANCE_PERCENT = 35;
const ORDERLY_CHANCE_PERCENT = 15;

/** Decides at every opportunity whether a fault happens there. */
export class Faults {
  /** What really happened, as `kind@opportunity`. */
  readonly happened: string[] = [];
  readonly #seed: number;
  readonly #rates = new Map<FaultKind, number>();
  readonly #exact: ReadonlySet<string> | undefined;
  readonly #generators = new Map<FaultKind, Generator>();
  readonly #opportunities = new Map<FaultKind, number>();
  #areOrderly: boolean;
  #over = false;
  #asleep = false;

  /** Without a selection the seed chooses its own kinds. */
  constructor(seed: number, selection?: FaultSelection) {
    this.#seed = seed;
    this.#exact = selection?.some((name) => name.includes("@")) === true ? new Set(selection) : undefined;
    const generator = generatorFor(seed, "fault rates");
    const isOrderly = generator.chance(ORDERLY_CHANCE_PERCENT);
    this.#areOrderly = selection?.every((name) => ORDERLY.has(name.split("@")[0] ?? "")) ?? isOrderly;
    for (const kind of FAULT_KINDS) {
      const [low, high] = FAULT_RATES[kind];
      const rate = generator.between(low, high);
      const isDrawn = generator.chance(KIND_CHANCE_PERCENT);
      const chosen = isOrderly ? ORDERLY.has(kind) : isDrawn;
      if (selection?.includes(kind) ?? chosen) this.#rates.set(kind, rate);
    }
  }

  /** A generator for the fault's particulars when it happens at this opportunity; undefined when it does not. */
  strikes(kind: FaultKind): Generator | undefined {
    if (this.#over || this.#asleep) return undefined;
    const number = (this.#opportunities.get(kind) ?? 0) + 1;
    this.#opportunities.set(kind, number);
    const name = `${kind}@${number}`;
    const strikes = this.#exact === undefined ? this.#drawn(kind) : this.#exact.has(name);
    if (!strikes) return undefined;
    this.happened.push(name);
    return generatorFor(this.#seed, name);
  }

  /** Nothing goes wrong for a while. */
  sleep(): void {
    this.#asleep = true;
  }

  wake(): void {
    this.#asleep = false;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#over = true;
  }

  /** Whether everything that happens is wanted by somebody, and can be done without harm to anybody. */
  get areOrderly(): boolean {
    return this.#areOrderly;
  }

  /** Something had to be done all the same, although it harms. */
  disturb(): void {
    this.#areOrderly = false;
  }

  get over(): boolean {
    return this.#over;
  }

  #drawn(kind: FaultKind): boolean {
    const rate = this.#rates.get(kind);
    if (rate === undefined) return false;
    let generator = this.#generators.get(kind);
    if (generator === undefined) {
      generator = generatorFor(this.#seed, `strikes of ${kind}`);
      this.#generators.set(kind, generator);
    }
    return generator.below(OF) < rate;
  }
}

/** Says what is wrong with a selection; undefined when nothing is. */
export function selectionFault(selection: FaultSelection): string | undefined {
  const unknown = selection.find((name) => !FAULT_KINDS.includes(name.split("@")[0] as FaultKind));
  if (unknown !== undefined) return `there is no fault named ${unknown}; there are ${FAULT_KINDS.join(", ")}`;
  const malformed = selection.find((name) => name.includes("@") && !/^[a-z-]+@[1-9]\d*$/.test(name));
  if (malformed !== undefined) return `${malformed} is no occurrence of a fault, such as drop@12`;
  const exact = selection.filter((name) => name.includes("@")).length;
  if (exact > 0 && exact < selection.length)
    return "name either kinds of faults (drop) or occurrences (drop@12), not both";
  return undefined;
}
