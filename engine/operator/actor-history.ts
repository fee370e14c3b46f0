import { formatAddress, type Address } from "../contract/address.ts";
import type { Data } from "../contract/data.ts";
import type { AnyDecider, Typed } from "../contract/decider.ts";
import type { ActorEntry, KeyRecord, PlacedCall, SentMessage } from "../contract/segment.ts";
import { ActorCell } from "../lane/actor-cell.ts";
import { foldEntry } from "../lane/fold.ts";
import { Shard } from "../lane/shard.ts";
import type { Segment } from "../ports/journal.ts";
import type { ActorAddress, StoredSnapshot } from "../ports/snapshots.ts";
import type { Inbox, ReceivedMessage } from "./inbox.ts";
import { fitOf, type SnapshotFit } from "./snapshot-fit.ts";

/** What one segment says about one actor. */
export interface HistoryStep {
  readonly shard: number;
  readonly seq: number;
  readonly epoch: number;
  readonly atMs: number;
  readonly batchId: string;
  readonly events: readonly Typed[];
  readonly keys: readonly KeyRecord[];
  /** Messages from other shards that took effect, as far as the inbox has them. */
  readonly received: readonly ReceivedMessage[];
  /**
   * Messages to other shards that name the actor, or go to an actor that its events name: the journal does not say who of
   * a shard has sent a message.
   */
  readonly sent: readonly SentMessage[];
  readonly called: readonly PlacedCall[];
  /** Numbers of the actor's calls whose answers took effect. */
  readonly answered: readonly number[];
}

/** What a history leads to. */
export interface HistoryEnd {
  /** The state as its snapshot would have it; undefined when the history cannot be folded. */
  readonly state: Data | undefined;
  /** What subscribers see; null for nothing. */
  readonly view: Data;
  /** Highest ticket handed out. */
  readonly ticket: number;
  /** Keys that the actor remembers, the settled ones first. */
  readonly keys: readonly KeyRecord[];
  /** Why and where folding ended before the end. */
  readonly broken: { readonly seq: number; readonly reason: string } | undefined;
  readonly snapshot: SnapshotFit;
}

/** What an {@link ActorHistory} is made from. */
export interface HistorySources {
  readonly address: Address;
  readonly decider: AnyDecider;
  readonly shard: number;
  /** Settled keys that an actor remembers. */
  readonly settledKeysMax: number;
  /** Read before the journal, which then reaches at least as far. */
  readonly snapshot: StoredSnapshot | undefined;
  readonly inbox: Inbox;
}

/** Follows one actor through the segments of its shard, as `UpcastingJournal` has them, and folds it as a lane does. */
export class ActorHistory {
  readonly #sources: HistorySources;
  readonly #cell: ActorCell;
  readonly #calls = new Set<number>();
  #lastSeq = 0;
  #snapshotFit: SnapshotFit;
  #broken: HistoryEnd["broken"];

  constructor(sources: HistorySources) {
    const { address, decider, shard, settledKeysMax, snapshot } = sources;
    this.#sources = sources;
    const holder = new Shard({ shard, epoch: 0, seq: 0 }, settledKeysMax);
    this.#cell = new ActorCell(address, formatAddress(address), decider, holder);
    this.#snapshotFit = snapshot === undefined ? { type: "none" } : { type: "ahead", seq: snapshot.seq };
  }

  /** Takes in the shard's next segment. Returns what it says about the actor; undefined for nothing. */
  take({ shard, seq, epoch, batchId, body }: Segment): HistoryStep | undefined {
    this.#compareBefore(seq);
    this.#lastSeq = seq;
    const { address, inbox } = this.#sources;
    const isOurs = (named: ActorAddress) =>
      named.id === address.id && named.kind === address.kind && named.tenant === address.tenant;
    const entry = body.actors.find(isOurs);
    if (entry !== undefined) this.#fold(entry, seq, body.atMs);
    const called = body.called.filter(isOurs);
    for (const { number } of called) this.#calls.add(number);
    const answered = body.answered.filter((number) => this.#calls.delete(number));
    const events = entry?.events ?? [];
    const concerns = ({ tenant, kind, id, command }: SentMessage) =>
      tenant === address.tenant && (names(command, address) || names(events, { tenant, kind, id }));
    const sent = body.sent.filter(concerns);
    const received = body.received.flatMap(([source, number]) => inbox.take(source, number));
    const step = { shard, seq, epoch, atMs: body.atMs, batchId, events, keys: entry?.keys ?? [] };
    const isEmpty = [called, answered, sent, received].every(({ length }) => length === 0);
    return entry === undefined && isEmpty ? undefined : { ...step, received, sent, called, answered };
  }

  /** Where all that was taken in leads to. */
  end(): HistoryEnd {
    this.#compareBefore(this.#lastSeq + 1);
    const whole = this.#broken === undefined;
    const { state, ticket, keys } = this.#cell.capture();
    return {
      state: whole ? state : undefined,
      view: whole ? this.#cell.view() : null,
      ticket,
      keys,
      broken: this.#broken,
      snapshot: this.#snapshotFit,
    };
  }

  /** Compares with the snapshot once all that it holds is folded, before anything newer is. */
  #compareBefore(seq: number): void {
    const { snapshot, decider } = this.#sources;
    if (snapshot === undefined || this.#snapshotFit.type !== "ahead" || seq <= snapshot.seq) return;
    if (this.#broken === undefined) this.#snapshotFit = fitOf(snapshot, this.#cell.capture(), decider);
  }

  #fold(entry: ActorEntry, seq: number, atMs: number): void {
    if (this.#broken !== undefined) return;
    try {
      foldEntry(this.#cell, entry, atMs);
    } catch (error) {
      this.#broken = { seq, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** Whether a value has an actor somewhere: its address, its id, or its id with the number of a part (`CART#3`). */
function names(value: unknown, actor: ActorAddress): boolean {
  if (typeof value === "object" && value !== null)
    return Object.values(value).some((part) => names(part, actor));
  if (typeof value !== "string") return false;
  const { id } = actor;
  return value === id || value.startsWith(`${id}#`) || value === formatAddress(actor);
}
