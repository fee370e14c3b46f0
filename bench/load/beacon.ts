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
export const BEACON_EVERY_MS = 250;

// A change that a watcher has not seen after this time counts as seen now: the next one must not wait for ever.
const UNSEEN_MS_MAX = 10_000;

// What the beacon does is no visitor's doing, and in none of their figures.
const UNCOUNTED: CommandLedger = { count: () => undefined, refuse: () => undefined };

/** What the beacon was told to do last, and who has seen it. */
interface Change {
  readonly dueMs: number;
  /** Units that watchers see once it has happened. */
  readonly available: number;
  readonly seenBy: Set<Watcher>;
  isAnswered: boolean;
}

/**
 * Times the pushes: puts a unit of a product that nobody else buys into a cart and takes it out again, so that everybody
 * who sees its stock knows which command it came from. Changes are due at fixed times; one that has to wait until the one
 * before it was seen by all counts from its own time all the same.
 */
export class Beacon implements SocketOwner {
  readonly #sku: string;
  readonly #company: Company;
  readonly #watcherCount: number;
  readonly #opened: (reason: string | undefined) => void;
  readonly #socket: ShopSocket;
  readonly #command: SingleCommand;
  #available: number | undefined;
  #line: number | undefined;
  #change: Change | undefined;
  #nextDueMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `opened` is called when the beacon is in the shop and knows its stock, or with the reason why it is not. */
  constructor(
    url: string,
    sku: string,
    company: Company,
    watcherCount: number,
    opened: (reason: string | undefined) => void,
  ) {
    this.#sku = sku;
    this.#company = company;
    this.#watcherCount = watcherCount;
    this.#opened = opened;
    this.#socket = new ShopSocket(url, this);
    this.#command = new SingleCommand(this.#socket, company, UNCOUNTED);
  }

  open(): void {
    this.#socket.open();
  }

  /** The first change is due one interval after this time by `performance.now()`. */
  begin(startMs: number): void {
    this.#nextDueMs = startMs + BEACON_EVERY_MS;
    this.#changeWhenDue(performance.now());
  }

  close(): void {
    this.#nextDueMs = Number.POSITIVE_INFINITY;
    this.#forget();
    this.#socket.close();
  }

  /** A watcher sees so many units. */
  shown(watcher: Watcher, available: number, nowMs: number): void {
    const change = this.#change;
    if (change === undefined || available !== change.available || change.seenBy.has(watcher)) return;
    change.seenBy.add(watcher);
    this.#company.tally.time("push", nowMs - change.dueMs);
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
    this.#opened(reason);
  }

  received(frame: WorkFrame): void {
    const nowMs = performance.now();
    this.#company.passed(nowMs);
    if (!("re" in frame)) {
      if (frame.t === "snapshot") this.#learn((frame.state as InventoryView | null)?.available ?? 0, nowMs);
      return;
    }
    const ended = this.#command.receive(frame, nowMs);
    if (ended === undefined || this.#change === undefined) return;
    if (ended.type !== "done") return this.#startOver();
    this.#line = this.#line === undefined ? (ended.reply as Replies["cart.add"]).line : undefined;
    this.#change.isAnswered = true;
    this.#settle(nowMs);
  }

  /** A whole view: the truth, whatever was expected. */
  #learn(available: number, nowMs: number): void {
    if (this.#available !== undefined) return;
    this.#available = available;
    this.#nextDueMs = Math.max(this.#nextDueMs, nowMs);
    this.#opened(undefined);
    this.#changeWhenDue(nowMs);
  }

  /** Some watchers have not seen the change in all that time. */
  #giveUp(change: Change, nowMs: number): void {
    for (let missing = change.seenBy.size; missing < this.#watcherCount; missing += 1)
      this.#company.tally.time("push", nowMs - change.dueMs);
    this.#startOver();
  }

  /** The cart and the stock are not what they should be: another customer begins with what there is. */
  #startOver(): void {
    this.#forget();
    this.#socket.renew();
  }

  #settle(nowMs: number): void {
    const change = this.#change;
    if (change === undefined || !change.isAnswered || change.seenBy.size < this.#watcherCount) return;
    this.#available = change.available;
    this.#change = undefined;
    this.#changeWhenDue(nowMs);
  }

  #changeWhenDue(nowMs: number): void {
    clearTimeout(this.#timer);
    if (this.#available === undefined || this.#nextDueMs === Number.POSITIVE_INFINITY) return;
    if (nowMs >= this.#nextDueMs) return this.#makeChange(this.#available, nowMs);
    this.#timer = setTimeout(() => this.#changeWhenDue(performance.now()), this.#nextDueMs - nowMs);
  }

  #makeChange(before: number, nowMs: number): void {
    this.#company.passed(nowMs);
    const isAdding = this.#line === undefined;
    const change: Change = {
      dueMs: this.#nextDueMs,
      available: before + (isAdding ? -1 : 1),
      seenBy: new Set(),
      isAnswered: false,
    };
    this.#change = change;
    this.#nextDueMs += BEACON_EVERY_MS;
    this.#timer = setTimeout(() => this.#giveUp(change, performance.now()), UNSEEN_MS_MAX);
    const fields = isAdding
      ? `"op":"cart.add","sku":"${this.#sku}","quantity":1`
      : `"op":"cart.remove","line":${this.#line}`;
    this.#command.send(fields, change.dueMs, nowMs);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#command.forget();
    this.#change = undefined;
    this.#line = undefined;
    this.#available = undefined;
  }
}
