import type { InventoryView } from "../../gateway/protocol/views.ts";
import type { Replies } from "../../gateway/protocol/messages.ts";
import type { Company } from "./company.ts";
import { ShopSocket, type SocketOwner, type WorkFrame } from "./shop-socket.ts";
import { SingleCommand, type CommandLedger } from "./single-command.ts";
import type { Watcher } from "./watcher.ts";

/**
 * Units that a beacon's product needs: after a connection is lost the unit in its cart stays held for a while, and the beacon
 * goes on with another one.
 */
export const BEACON_UNITS = 1_000;

/** How often the beacon's stock changes, milliseconds. */
const BEACON_EVERY_MS = 250;

// What a watcher has not seen after this time is begun again by another customer: the product may not be what it was.
const UNSEEN_MS_MAX = 10_000;

// What the beacon does is no visitor's doing, and in none of their figures.
const UNCOUNTED: CommandLedger = { count: () => undefined, refuse: () => undefined };

/** What a beacon tells its owner. */
export interface BeaconEvents {
  /** It is in the shop, for the first time or again, and knows its stock. */
  opened(): void;
  lost(reason: string): void;
  /** Everybody has seen all changes that there will be. */
  idle(): void;
}

/** A change that was or will be due; it is over when every watcher has seen it. */
interface DueChange {
  readonly dueMs: number;
  /** Watchers whose wait is over. Each is timed once, however often the change has to be begun again. */
  readonly timed: Set<Watcher>;
}

/** What the beacon has asked for, and who has seen it. */
interface Attempt {
  /** Units that watchers see once it has happened. */
  readonly available: number;
  readonly seenBy: Set<Watcher>;
  isAnswered: boolean;
}

/**
 * Times the pushes: puts a unit of a product that nobody else buys into a cart and takes it out again, so that everybody
 * who sees its stock knows which command it came from. Changes are due at fixed times, and each of them is timed once for each
 * watcher: one that has to wait, until the one before it was seen by all or until the shop is back, counts from its own time all
 * the same.
 */
export class Beacon implements SocketOwner {
  readonly #sku: string;
  readonly #company: Company;
  readonly #watcherCount: number;
  readonly #events: BeaconEvents;
  readonly #socket: ShopSocket;
  readonly #command: SingleCommand;
  #available: number | undefined;
  #line: number | undefined;
  #due: DueChange | undefined;
  #attempt: Attempt | undefined;
  #notBeforeMs = 0;
  #endMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, sku: string, company: Company, watcherCount: number, events: BeaconEvents) {
    this.#sku = sku;
    this.#company = company;
    this.#watcherCount = watcherCount;
    this.#events = events;
    this.#socket = new ShopSocket(url, this);
    this.#command = new SingleCommand(this.#socket, company, UNCOUNTED);
  }

  /** Whether everybody has seen all changes that there will be. */
  get isIdle(): boolean {
    return this.#due === undefined || this.#due.dueMs > this.#endMs;
  }

  open(): void {
    this.#socket.open();
  }

  /** The first change is due one interval after `startMs`, and none after `endMs`, both by `performance.now()`. */
  begin(startMs: number, endMs: number): void {
    this.#endMs = endMs;
    this.#due = changeDueAt(startMs + BEACON_EVERY_MS);
    this.#changeWhenDue(performance.now());
  }

  /** Nothing is due after this time by `performance.now()`, if it is before the end; what was due before goes on. */
  stop(atMs: number): void {
    this.#endMs = Math.min(this.#endMs, atMs);
    this.#changeWhenDue(atMs);
  }

  /** Goes for good. What was due and not seen counts with the time that was waited for it. */
  close(): void {
    const nowMs = performance.now();
    const lastDueMs = Math.min(nowMs, this.#endMs);
    for (let due = this.#due; due !== undefined && due.dueMs <= lastDueMs; due = changeAfter(due))
      for (let timed = due.timed.size; timed < this.#watcherCount; timed += 1)
        this.#company.tally.time("push", nowMs - due.dueMs);
    this.#due = undefined;
    this.#forget();
    this.#socket.close();
  }

  /** A watcher sees so many units. */
  shown(watcher: Watcher, available: number, nowMs: number): void {
    const [due, attempt] = [this.#due, this.#attempt];
    if (due === undefined || attempt === undefined || available !== attempt.available) return;
    attempt.seenBy.add(watcher);
    if (!due.timed.has(watcher)) {
      due.timed.add(watcher);
      this.#company.tally.time("push", nowMs - due.dueMs);
    }
    this.#settle(nowMs);
  }

  welcomed(): void {
    this.#socket.send(`{"t":"subscribe","ch":"sku/${this.#sku}"}`, performance.now());
  }

  askedToMove(): void {
    this.#forget();
    this.#socket.renew();
  }

  lost(reason: string): void {
    this.#forget();
    this.#events.lost(reason);
  }

  received(frame: WorkFrame): void {
    const nowMs = performance.now();
    this.#company.passed(nowMs);
    if (!("re" in frame)) {
      if (frame.t === "snapshot") this.#learn((frame.state as InventoryView | null)?.available ?? 0, nowMs);
      return;
    }
    const ended = this.#command.receive(frame, nowMs);
    if (ended === undefined || this.#attempt === undefined) return;
    if (ended.type !== "done") return this.#startOver(nowMs);
    this.#line = this.#line === undefined ? (ended.reply as Replies["cart.add"]).line : undefined;
    this.#attempt.isAnswered = true;
    this.#settle(nowMs);
  }

  /** A whole view: the truth, whatever was expected. */
  #learn(available: number, nowMs: number): void {
    if (this.#available !== undefined) return;
    this.#available = available;
    this.#events.opened();
    this.#changeWhenDue(nowMs);
  }

  /** The cart and the stock are not what they should be: another customer begins the same change with what there is. */
  #startOver(nowMs: number): void {
    this.#notBeforeMs = nowMs + BEACON_EVERY_MS;
    this.#forget();
    this.#socket.renew();
  }

  #settle(nowMs: number): void {
    const [due, attempt] = [this.#due, this.#attempt];
    if (due === undefined || attempt === undefined) return;
    if (!attempt.isAnswered || attempt.seenBy.size < this.#watcherCount) return;
    this.#available = attempt.available;
    this.#attempt = undefined;
    this.#due = changeAfter(due);
    this.#changeWhenDue(nowMs);
    if (this.isIdle) this.#events.idle();
  }

  #changeWhenDue(nowMs: number): void {
    if (this.#attempt !== undefined) return;
    clearTimeout(this.#timer);
    if (this.#available === undefined || this.#due === undefined || this.isIdle) return;
    const atMs = Math.max(this.#due.dueMs, this.#notBeforeMs);
    if (nowMs >= atMs) return this.#make(this.#due, this.#available, nowMs);
    this.#timer = setTimeout(() => this.#changeWhenDue(performance.now()), atMs - nowMs);
  }

  #make({ dueMs }: DueChange, before: number, nowMs: number): void {
    this.#company.passed(nowMs);
    const isAdding = this.#line === undefined;
    this.#attempt = { available: before + (isAdding ? -1 : 1), seenBy: new Set(), isAnswered: false };
    this.#timer = setTimeout(() => this.#startOver(performance.now()), UNSEEN_MS_MAX);
    const fields = isAdding
      ? `"op":"cart.add","sku":"${this.#sku}","quantity":1`
      : `"op":"cart.remove","line":${this.#line}`;
    this.#command.send(fields, dueMs, nowMs);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#command.forget();
    this.#attempt = undefined;
    this.#line = undefined;
    this.#available = undefined;
  }
}

function changeDueAt(dueMs: number): DueChange {
  return { dueMs, timed: new Set() };
}

function changeAfter({ dueMs }: DueChange): DueChange {
  return changeDueAt(dueMs + BEACON_EVERY_MS);
}
