import type { Address } from "../contract/address.ts";
import type { Data } from "../contract/data.ts";
import type { AnyDecider } from "../contract/decider.ts";
import type { ActorSnapshot } from "../contract/segment.ts";
import { upcastSnapshot } from "../contract/upcast.ts";
import type { Link } from "../transport/link.ts";
import type { ActorDraft } from "./batch.ts";
import type { CellQueue } from "./cell-queue.ts";
import { loseFootprint, type Footprint } from "./footprint.ts";
import { KeyMemory } from "./key-memory.ts";
import type { Shard } from "./shard.ts";
import type { Target } from "./work.ts";

/** Somebody at the other end of a link who waits for the answer to one command. */
export interface Caller {
  readonly link: Link;
  readonly correlation: number;
}

/** Who waits for one ticket. */
export interface WaitingCallers {
  readonly ticket: number;
  readonly callers: Caller[];
}

// A client that asks again and again while its command is open waits once for each try; the oldest try gives way.
const CALLERS_PER_TICKET_MAX = 8;

// More than this makes an actor no safer from leaving memory, so that what was hot once can go one day.
const USES_MAX = 3;

/** One activated actor: its state in memory and what the engine remembers about it. */
export class ActorCell implements Footprint {
  readonly address: Address;
  readonly addressText: string;
  readonly decider: AnyDecider;
  readonly shard: Shard;
  state: unknown;
  /** Highest ticket handed out. */
  ticket = 0;
  /** Its {@link Footprint}. */
  firstSeq = 0;
  gaps = 0;
  /** Made when the first key comes: most orders never have one. */
  keys: KeyMemory | undefined;
  /** Callers of commands that are still open; undefined while there are none, as mostly. */
  waiting: WaitingCallers[] | undefined;
  /** What the open batch has of this actor. */
  draft: ActorDraft | undefined;
  /** Changed since its shard's last checkpoint: {@link DirtyActors} has it. */
  dirty = false;
  /** In memory for all: {@link Cells} has it. */
  activated = false;
  /** The target that led here last and has this actor at hand. */
  target: Target | undefined;
  /** Batches that have used it since {@link Residents} looked at it last, up to a few. */
  uses = 0;
  /** Time of the last batch that has used it, milliseconds since the epoch. */
  usedAtMs = 0;
  /** The queue of {@link Residents} that it waits in, and its neighbours there. */
  queue: CellQueue | undefined;
  older: ActorCell | undefined;
  newer: ActorCell | undefined;

  constructor(address: Address, addressText: string, decider: AnyDecider, shard: Shard) {
    this.address = address;
    this.addressText = addressText;
    this.decider = decider;
    this.shard = shard;
    this.state = decider.initial(address);
  }

  /** Nothing has ever happened to this actor: forgetting it loses nothing. */
  get pristine(): boolean {
    return this.ticket === 0 && !this.shard.dirty.has(this) && !this.shard.known.has(this.addressText);
  }

  /** Counts a use by the batch of that time, once. */
  use(atMs: number): void {
    if (this.usedAtMs === atMs) return;
    this.usedAtMs = atMs;
    if (this.uses < USES_MAX) this.uses += 1;
  }

  /** Stored as it is and waited for by nobody: it may leave memory. */
  get idle(): boolean {
    return !this.dirty && this.draft === undefined && this.waiting === undefined;
  }

  view(): Data {
    return this.decider.view(this.state) ?? null;
  }

  capture(): ActorSnapshot {
    return {
      version: this.decider.version,
      state: this.decider.toSnapshot(this.state),
      ticket: this.ticket,
      keys: this.keys?.records() ?? [],
    };
  }

  /** Takes a snapshot's content, of any version up to the decider's. Returns false for a newer one: the journal decides. */
  restore(stored: ActorSnapshot): boolean {
    const snapshot = upcastSnapshot(stored, this.decider);
    if (snapshot === undefined) return false;
    this.state = this.decider.fromSnapshot(snapshot.state, this.address);
    this.ticket = snapshot.ticket;
    loseFootprint(this);
    for (const record of snapshot.keys) this.keyMemory().restore(record);
    return true;
  }

  keyMemory(): KeyMemory {
    this.keys ??= new KeyMemory(this.shard.settledKeysMax);
    return this.keys;
  }

  /** Takes the callers that wait for a ticket. */
  takeWaiting(ticket: number): readonly Caller[] {
    const index = this.waiting?.findIndex((waiting) => waiting.ticket === ticket) ?? -1;
    const [taken] = index < 0 ? [] : (this.waiting?.splice(index, 1) ?? []);
    if (this.waiting?.length === 0) this.waiting = undefined;
    return taken?.callers ?? [];
  }

  /** Keeps a caller until the ticket is settled. Returns one that has to give way for it. */
  wait(ticket: number, caller: Caller): Caller | undefined {
    this.waiting ??= [];
    const callers = this.waiting.find((waiting) => waiting.ticket === ticket)?.callers;
    if (callers === undefined) {
      this.waiting.push({ ticket, callers: [caller] });
      return undefined;
    }
    callers.push(caller);
    return callers.length > CALLERS_PER_TICKET_MAX ? callers.shift() : undefined;
  }
}
