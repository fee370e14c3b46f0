import { assert } from "../contract/assert.ts";
import { parseActorId, parseAddress, parseTenant, type Address } from "../contract/address.ts";
import type { Data } from "../contract/data.ts";
import type { Refusal } from "../contract/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import type { Answer, ViewUpdate } from "../ports/dispatcher.ts";
import type { ExternalPort } from "../ports/external.ts";
import { Lane } from "../lane/lane.ts";
import type { LossHook } from "../lane/lane-dependencies.ts";
import { defaultLaneLimits, type LaneLimits } from "../lane/limits.ts";
import { shardOf } from "../routing/shard-hash.ts";
import { COMMAND, READ, UNWATCH, WATCH, type Item } from "../transport/items.ts";
import { CollectingLink } from "./collecting-link.ts";
import { CollectingLog } from "./collecting-log.ts";
import { ManualClock } from "./manual-clock.ts";
import { ScriptedJournal } from "./scripted-journal.ts";
import { ScriptedSnapshots } from "./scripted-snapshots.ts";
import { SequentialEntropy } from "./sequential-entropy.ts";
import { tallyDecider, type TallyCommand } from "./tally.ts";

/** What a test may choose about its lanes. */
export interface RigOptions {
  readonly laneCount?: number;
  readonly limits?: Partial<LaneLimits>;
  readonly ports?: ReadonlyMap<string, ExternalPort>;
  /** What lanes do that have lost shards. They end unless told otherwise. */
  readonly lost?: LossHook;
}

/** How a client sends a command, where a test cares. */
export interface SendOptions {
  readonly key?: string;
  readonly deadlineAtMs?: number;
  readonly barred?: Refusal;
}

const SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];
const SHARD_COUNT = SHARDS.length;

/** Lanes over one scripted journal and store, with a client and a network that a test controls. */
export class LaneRig {
  readonly clock = new ManualClock();
  readonly journal = new ScriptedJournal(this.clock);
  readonly snapshots = new ScriptedSnapshots();
  readonly log = new CollectingLog();
  readonly client = new CollectingLink();
  readonly faults: unknown[] = [];
  /** Items between lanes that were sent. */
  readonly traffic: Item[] = [];
  /** How many copies of an item between lanes arrive. */
  copies: (item: Item) => number = () => 1;
  readonly #options: RigOptions;
  readonly #entropy = new SequentialEntropy();
  /** The lane that shards' items are sent to, by shard. */
  readonly #places: number[];
  readonly #laneCount: number;
  readonly #lanes: Lane[] = [];
  readonly #stops: (() => void)[] = [];
  #correlation = 0;

  constructor(options: RigOptions = {}) {
    this.#options = options;
    this.#laneCount = options.laneCount ?? 1;
    this.#places = SHARDS.map((shard) => shard % this.#laneCount);
  }

  /** Starts all lanes. */
  async open(): Promise<this> {
    for (let lane = 0; lane < this.#laneCount; lane += 1) await this.restart(lane);
    return this;
  }

  lane(index = 0): Lane {
    const lane = this.#lanes[index];
    assert(lane !== undefined, `there is no lane ${index}`);
    return lane;
  }

  /** From now on items for these shards are sent to that lane. */
  route(shards: readonly number[], lane: number): void {
    for (const shard of shards) this.#places[shard] = lane;
  }

  /** Kills a lane where it stands, if it runs, and starts it anew with the shards that are routed to it, or those given. */
  async restart(index = 0, given?: readonly number[]): Promise<void> {
    this.#stops[index]?.();
    const { clock, stop } = mortalClock(this.clock);
    this.#stops[index] = stop;
    const lane = new Lane({
      lane: index,
      owner: index === 0 ? "rig" : `rig ${index}`,
      shardCount: SHARD_COUNT,
      deciders: [tallyDecider(), tallyDecider("account")],
      journal: this.journal,
      snapshots: this.snapshots,
      ports: this.#options.ports ?? new Map(),
      clock,
      entropy: this.#entropy,
      log: this.log,
      limits: { ...defaultLaneLimits, ...this.#options.limits },
      send: (shard, item) => this.#send(clock, shard, item),
      lost: (shards) => this.#options.lost?.(shards) ?? "end",
      fatal: (error) => this.faults.push(error),
    });
    this.#lanes[index] = lane;
    const opened = lane.open(given ?? SHARDS.filter((shard) => this.#places[shard] === index));
    await this.clock.settle();
    await opened;
    await this.clock.settle();
  }

  /** The `nth` address of a tally in a shard. Even shards are in lane 0 and odd ones in lane 1, when there are two. */
  actorIn(shard: number, nth = 0): string {
    const tenant = parseTenant("shop");
    assert(tenant !== undefined, "shop is a tenant");
    let left = nth;
    for (let number = 0; ; number += 1) {
      const id = parseActorId(`T${number}`);
      assert(id !== undefined, "T and a number are an id");
      if (shardOf({ tenant, id }, SHARD_COUNT) !== shard) continue;
      if (left === 0) return `shop/tally/${id}`;
      left -= 1;
    }
  }

  /** Sends a client's command. Returns its correlation. */
  send(to: string, command: TallyCommand, options: SendOptions = {}): number {
    const correlation = this.#nextCorrelation();
    const { tenant, kind, id } = addressOf(to);
    const key = options.key ?? `key ${correlation}`;
    const deadlineAtMs = options.deadlineAtMs ?? this.clock.nowMs() + 60_000;
    const fields = [COMMAND, correlation, tenant, kind, id, command, key, deadlineAtMs, null] as const;
    this.receive(to, options.barred === undefined ? fields : [...fields, options.barred]);
    return correlation;
  }

  /** Sends a command and lets everything happen that needs no time. Returns its one answer, if it has one by now. */
  async ask(to: string, command: TallyCommand, options: SendOptions = {}): Promise<Answer | undefined> {
    const correlation = this.send(to, command, options);
    await this.clock.settle();
    return this.answer(correlation);
  }

  /** The one answer to a command, if it has one. */
  answer(correlation: number): Answer | undefined {
    const answers = this.client.answers(correlation);
    assert(answers.length <= 1, `command ${correlation} has ${answers.length} answers`);
    return answers[0];
  }

  sendRead(to: string): number {
    const correlation = this.#nextCorrelation();
    const { tenant, kind, id } = addressOf(to);
    this.receive(to, [READ, correlation, tenant, kind, id]);
    return correlation;
  }

  /** The committed view of an actor. */
  async read(to: string): Promise<ViewUpdate | undefined> {
    const correlation = this.sendRead(to);
    await this.clock.settle();
    return this.client.views(correlation)[0];
  }

  async view(to: string): Promise<Data | undefined> {
    return (await this.read(to))?.view;
  }

  watch(to: string): void {
    const { tenant, kind, id } = addressOf(to);
    this.receive(to, [WATCH, tenant, kind, id]);
  }

  unwatch(to: string): void {
    const { tenant, kind, id } = addressOf(to);
    this.receive(to, [UNWATCH, tenant, kind, id]);
  }

  /** Brings an item to the lane of an actor. */
  receive(to: string, item: Item): void {
    this.lane(this.#laneOf(to)).receive(this.client, [item]);
  }

  shardOf(to: string): number {
    return shardOf(addressOf(to), SHARD_COUNT);
  }

  #laneOf(to: string): number {
    return this.#places[this.shardOf(to)] as number;
  }

  /** Items travel one turn later; those of a lane that was killed do not travel any more. */
  #send(clock: Clock, shard: number, item: Item): void {
    this.traffic.push(item);
    const lane = this.#places[shard] as number;
    for (let copy = this.copies(item); copy > 0; copy -= 1) {
      const travelling = structuredClone(item);
      clock.soon(() => this.#lanes[lane]?.receive(this.client, [travelling]));
    }
  }

  #nextCorrelation(): number {
    this.#correlation += 1;
    return this.#correlation;
  }
}

/** A clock that stops with its lane, as everything in a process does. */
function mortalClock(clock: Clock): { readonly clock: Clock; readonly stop: () => void } {
  let alive = true;
  const whileAlive = (task: () => void) => () => {
    if (alive) task();
  };
  return {
    clock: {
      nowMs: () => clock.nowMs(),
      after: (delayMs, task) => clock.after(delayMs, whileAlive(task)),
      soon: (task) => clock.soon(whileAlive(task)),
    },
    stop: () => {
      alive = false;
    },
  };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert(address !== undefined, `${text} is no address`);
  return address;
}
