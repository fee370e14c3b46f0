import { parseAddress, type Address } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import type { Data } from "../../../engine/contract/data.ts";
import type { Typed } from "../../../engine/contract/decider.ts";
import { Lane } from "../../../engine/lane/lane.ts";
import { defaultLaneLimits } from "../../../engine/lane/limits.ts";
import type { Answer } from "../../../engine/ports/dispatcher.ts";
import type { Journal } from "../../../engine/ports/journal.ts";
import type { SnapshotStore } from "../../../engine/ports/snapshots.ts";
import { shardOf } from "../../../engine/routing/shard-hash.ts";
import { CollectingLink } from "../../../engine/testing/collecting-link.ts";
import { CollectingLog } from "../../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../../engine/testing/manual-clock.ts";
import { SequentialEntropy } from "../../../engine/testing/sequential-entropy.ts";
import { COMMAND, READ } from "../../../engine/transport/items.ts";
import { memoryJournal, type MemoryJournalStorage } from "../../../persistence/memory/journal.ts";
import { memorySnapshots, type MemorySnapshotStorage } from "../../../persistence/memory/snapshots.ts";
import { purseDecider, type PurseVersion } from "./purse.ts";

const SHARD_COUNT = 8;
const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
const DAY_MS = 86_400_000;

/** Releases of a program with different versions of `purse`, one after the other on one database: as bytes, as in Postgres. */
export class ReleaseRig {
  readonly faults: unknown[] = [];
  /** Requests to the port `post`, which answers only while {@link postAnswers}. */
  readonly posted: Typed[] = [];
  postAnswers = true;
  /** As if all snapshots of actors were damaged; checkpoints are not. */
  losesSnapshots = false;
  /** Times that a shard's journal was read. */
  reads = 0;
  readonly journal: Journal;
  readonly snapshots: SnapshotStore;
  readonly #client = new CollectingLink();
  readonly #entropy = new SequentialEntropy();
  #clock = new ManualClock();
  #lanes: (Lane | undefined)[] = [];
  #correlation = 0;

  constructor() {
    const segments: MemoryJournalStorage = new Map();
    const stored: MemorySnapshotStorage = new Map();
    const uuid = () => this.#entropy.uuid();
    const journal = memoryJournal({ storage: segments, uuid, nowMs: () => this.#clock.nowMs() });
    const read: Journal["read"] = (...given) => {
      this.reads += 1;
      return journal.read(...given);
    };
    this.journal = { ...journal, read };
    const snapshots = memorySnapshots({ storage: stored });
    const load: SnapshotStore["load"] = async (...given) =>
      this.losesSnapshots ? [] : snapshots.load(...given);
    this.snapshots = { ...snapshots, load };
  }

  /** Kills what runs where it stands and starts the release that has that version, a day later, with these lanes of two. */
  async start(version: PurseVersion, lanes: readonly number[] = [0, 1]): Promise<void> {
    const clock = new ManualClock(this.#clock.nowMs() + DAY_MS);
    this.#clock = clock;
    this.#lanes = [];
    for (const number of lanes) {
      const lane = this.#lane(number, version);
      this.#lanes[number] = lane;
      const opened = lane.open(SHARDS.filter((shard) => laneOf(shard) === number));
      await Promise.all([opened, clock.settle()]);
    }
    await clock.advance(5_000);
  }

  /** Lets what is decided be checkpointed, and ends. */
  async stop(): Promise<void> {
    for (const lane of this.#lanes) {
      const stopped = lane?.stop();
      await this.#clock.settle();
      await stopped;
    }
  }

  /** The `nth` purse in one of the shards of a lane. */
  purse(lane: number, nth = 0): string {
    const names = Array.from({ length: 200 }, (_, number) => `shop/purse/P${number}`);
    const found = names.filter((name) => laneOf(this.shardOf(name)) === lane)[nth];
    assert(found !== undefined, "there are enough purses");
    return found;
  }

  shardOf(to: string): number {
    return shardOf(addressOf(to), SHARD_COUNT);
  }

  async ask(to: string, command: Typed, key?: string): Promise<Answer | undefined> {
    this.#correlation += 1;
    const correlation = this.#correlation;
    const { tenant, kind, id } = addressOf(to);
    const deadlineAtMs = this.#clock.nowMs() + 60_000;
    const name = key ?? `key ${correlation}`;
    this.#laneOf(to)?.receive(this.#client, [
      [COMMAND, correlation, tenant, kind, id, command, name, deadlineAtMs, null],
    ]);
    await this.#clock.settle();
    return this.#client.answers(correlation)[0];
  }

  async view(to: string): Promise<Data | undefined> {
    this.#correlation += 1;
    const { tenant, kind, id } = addressOf(to);
    this.#laneOf(to)?.receive(this.#client, [[READ, this.#correlation, tenant, kind, id]]);
    await this.#clock.settle();
    return this.#client.views(this.#correlation)[0]?.view;
  }

  #laneOf(to: string): Lane | undefined {
    return this.#lanes[laneOf(this.shardOf(to))];
  }

  #lane(number: number, version: PurseVersion): Lane {
    const clock = this.#clock;
    return new Lane({
      lane: number,
      owner: `release ${version}`,
      shardCount: SHARD_COUNT,
      deciders: [purseDecider(version)],
      journal: this.journal,
      snapshots: this.snapshots,
      ports: new Map([["post", { call: (request) => this.#post(request) }]]),
      clock,
      entropy: this.#entropy,
      log: new CollectingLog(),
      limits: defaultLaneLimits,
      // What goes to a lane that does not run is lost on the way, as it would be.
      send: (shard, item) => {
        clock.soon(() => this.#lanes[laneOf(shard)]?.receive(this.#client, [structuredClone(item)]));
      },
      lost: () => "end",
      fatal: (error) => this.faults.push(error),
    });
  }

  #post(request: Typed): Promise<Typed> {
    this.posted.push(request);
    return this.postAnswers ? Promise.resolve({ type: "Posted" }) : Promise.reject(new Error("closed"));
  }
}

/** Even shards are in lane 0, odd ones in lane 1. */
function laneOf(shard: number): number {
  return shard % 2;
}

/** The address that a text names. */
export function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert(address !== undefined, "tests name their actors by address", text);
  return address;
}
