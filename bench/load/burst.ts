import type { Replies } from "../../gateway/protocol/messages.ts";
import type { Company } from "./company.ts";
import { isUndecided } from "./retry.ts";
import type { Outlet } from "./shop-socket.ts";
import type { ReplyFrame } from "./single-command.ts";

/** Many commands at once, each with a key of its own. Whoever sends so many does not repeat any. */
export class Burst {
  readonly #socket: Outlet;
  readonly #company: Company;
  readonly #lines: number[] = [];
  #firstId = 0;
  #waiting = 0;
  #startedMs = 0;
  #isUncertain = false;

  constructor(socket: Outlet, company: Company) {
    this.#socket = socket;
    this.#company = company;
  }

  /** Whether an answer has not come yet. */
  get isUnderWay(): boolean {
    return this.#waiting > 0;
  }

  /** Lines that came into the cart. */
  get lines(): readonly number[] {
    return this.#lines;
  }

  /** Whether a command may have taken effect though the shop did not say so. */
  get isUncertain(): boolean {
    return this.#isUncertain;
  }

  /** Sends the same command `count` times; latencies count from `startedMs`. */
  send(count: number, fields: string, startedMs: number, nowMs: number): void {
    this.forget();
    this.#waiting = count;
    this.#startedMs = startedMs;
    for (let index = 0; index < count; index += 1) {
      const id = this.#socket.nextId();
      if (index === 0) this.#firstId = id;
      this.#company.tally.count("commands");
      this.#socket.send(`{"id":${id},"key":"${this.#company.nextKey()}",${fields}}`, nowMs);
    }
  }

  /** Takes an answer to one of the commands. */
  receive(frame: ReplyFrame, nowMs: number): void {
    if (frame.re < this.#firstId || this.#waiting === 0) return;
    this.#waiting -= 1;
    const { tally } = this.#company;
    const elapsedMs = nowMs - this.#startedMs;
    if ("ok" in frame) {
      const { line, quantity } = frame.ok as Replies["cart.add"];
      this.#lines.push(line);
      tally.held(quantity);
      tally.time("cart.add", elapsedMs);
      return;
    }
    if (isUndecided(frame.problem)) this.#isUncertain = true;
    tally.refuse(frame.problem, elapsedMs);
  }

  /** Nobody waits for it any more: what was not answered counts with the time that was waited for it. */
  leave(nowMs: number): void {
    for (; this.#waiting > 0; this.#waiting -= 1)
      this.#company.tally.time("cart.add", nowMs - this.#startedMs);
  }

  /** Nobody waits for it any more. */
  forget(): void {
    this.#waiting = 0;
    this.#lines.length = 0;
    this.#isUncertain = false;
  }
}
