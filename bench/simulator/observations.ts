import { parseAddress } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { DataRecord } from "../../engine/contract/data.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import { contentFingerprint } from "../../engine/lane/content-fingerprint.ts";
import type { Outcome } from "../../engine/contract/outcome.ts";
import type { ViewUpdate } from "../../engine/ports/dispatcher.ts";
import { HistoryBuilder } from "../history/history-builder.ts";
import { HistoryRecorder } from "../history/history-recorder.ts";
import { shardOf } from "../../engine/routing/shard-hash.ts";
import { CONFIRMED_MS } from "./simulated-lane.ts";
import { SHARD_COUNT, type World } from "./world.ts";

/** What an operator says about a product may be so already. */
const MAY_CHANGE_NOTHING: ReadonlySet<string> = new Set([
  "ListProduct",
  "SetSale",
  "ChangeSalePrice",
  "EndSale",
  "PauseSelling",
  "ResumeSelling",
  "OpenQueue",
  "ChangeRate",
  "EndQueue",
]);

/** One command of a client under one key. */
export interface Asked {
  readonly client: string;
  /** `tenant/kind/id`. */
  readonly address: string;
  readonly command: Typed;
  readonly key: string;
}

/** A view that was asked for. */
export interface AskedView {
  readonly atMs: number;
  /** The epoch of its shard at that moment. */
  readonly epoch: number;
}

/** Everything that clients of a simulation did and saw. Answers are held against the journal the moment they come. */
export class Observations {
  readonly #world: World;
  readonly #builder = new HistoryBuilder();
  readonly #recorder: HistoryRecorder;
  /** Operations without an answer. */
  readonly #open = new Map<number, Asked>();
  operations = 0;
  /** Views that were asked for and came. */
  reads = 0;
  #repetitions = 0;

  constructor(world: World) {
    this.#world = world;
    // Finer than the milliseconds of the shop's clocks: what happens first is recorded as earlier.
    this.#recorder = new HistoryRecorder(this.#builder, () => world.agenda.nowUs / 1_000);
  }

  /** What has been recorded so far. */
  history() {
    return this.#builder.history();
  }

  /** Operations that nobody has answered yet. */
  get open(): Iterable<Asked> {
    return this.#open.values();
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** A client asks again what it was told before. To the history that is the same operation. */
  askedAgain(asked: Asked): number {
    this.#repetitions -= 1;
    this.#open.set(this.#repetitions, asked);
    return this.#repetitions;
  }

  /** A client begins to ask. Returns the number of the operation. */
  asked(asked: Asked): number {
    this.operations += 1;
    const { client, address, command, key } = asked;
    const { type, ...fields } = command;
    const operation = { client, actor: address, operation: type, key, fields: fields as DataRecord };
    const number = this.#recorder.invoke(operation);
    this.#open.set(number, asked);
    return number;
  }

  /** A client knows what came of it. */
  told(number: number, outcome: Outcome): void {
    const asked = this.#open.get(number);
    if (asked === undefined) return;
    this.#open.delete(number);
    this.#expectDurable(asked, outcome);
    if (number < 0) return;
    if (outcome.type === "done") this.#recorder.end(number, "ok", outcome.reply);
    else this.#recorder.end(number, "refused", outcome.refusal.code);
  }

  watches(client: string, address: string): void {
    this.#recorder.watch(client, address);
  }

  /** A client begins to read a view. */
  asksFor(address: string): AskedView {
    const { agenda, database } = this.#world;
    const epoch = database.storage.get(this.#shardOf(address))?.epoch ?? 0;
    return { atMs: agenda.nowUs / 1_000, epoch };
  }

  saw(client: string, address: string, { epoch, offset, view }: ViewUpdate, asked?: AskedView): void {
    this.#world.note(`${client} sees ${address} ${epoch} ${offset} ${JSON.stringify(view)}`);
    const observation = { client, topic: address, epoch, offset, value: view };
    if (asked === undefined) return this.#recorder.view(observation);
    this.reads += 1;
    if (!this.#isLeftover(address, epoch, asked))
      this.#recorder.view({ ...observation, askedAtMs: asked.atMs });
  }

  /**
   * Whether a view comes from an owner that ran while another one took over, and did not know yet: it may, for as long as the
   * journal's confirmation holds. Where nothing goes wrong nobody takes over from an owner that runs.
   */
  #isLeftover(address: string, epoch: number, asked: AskedView): boolean {
    const { faults, database } = this.#world;
    if (faults.areOrderly || epoch >= asked.epoch) return false;
    const takenAtMs = database.takenAtMs(this.#shardOf(address), epoch + 1);
    return asked.atMs - takenAtMs <= CONFIRMED_MS;
  }

  #shardOf(address: string): number {
    const parsed = parseAddress(address);
    assert(parsed !== undefined, `${address} is an address`);
    return shardOf(parsed, SHARD_COUNT);
  }

  /** Whatever a client is told is in the journal when it is told, not merely in the end. */
  #expectDurable({ client, address, command, key }: Asked, outcome: Outcome): void {
    const stored = this.#world.durable.key(address, key);
    if (stored !== undefined && stored.content !== contentFingerprint(command)) return;
    const told = JSON.stringify(outcome);
    if (stored?.outcome === told) return;
    // A refusal that nothing came of is not stored, and neither is an answer that it is so already.
    if (stored === undefined && (outcome.type === "refused" || MAY_CHANGE_NOTHING.has(command.type))) return;
    const detail = `${client} was told ${told} for ${key} of ${address}; the journal has ${stored?.outcome ?? "nothing"}`;
    this.#world.violations.add("told before durable", detail);
  }
}
