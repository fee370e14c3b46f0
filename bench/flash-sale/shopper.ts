import {
  SUBPROTOCOL,
  type Problem,
  type Replies,
  type ServerFrame,
} from "../../gateway/protocol/messages.ts";
import { isUndecided, RETRY_AFTER_MS } from "../load/retry.ts";
import type { Acknowledgement } from "../promises/acknowledgement.ts";

/** When an order and its last command were begun. */
export interface Began {
  readonly orderMs: number;
  readonly commandMs: number;
}

/** The command of an order that has no answer yet. */
export type WaitedFor = "cart.add" | "checkout";

/** Whom a shopper tells what happens to it. */
export interface Crowd {
  /** The time by which all others are told. */
  nowMs(): number;
  /** The product of the next order, or undefined when the run is over. */
  nextSku(): string | undefined;
  added(beganMs: number, endedMs: number): void;
  confirmed(told: Acknowledgement, began: Began, endedMs: number): void;
  refused(code: string): void;
  retried(): void;
  /** The attempt under way got no answer to this command, and nobody waits for one any more. */
  lost(command: WaitedFor, began: Began, endedMs: number): void;
  /** The shopper does nothing any more: it was done, or the shop has cut it off. */
  left(wasCutOff: boolean): void;
}

/**
 * One shopper: adds a unit to its cart, checks out, and begins again as soon as it is told the outcome (a closed loop).
 *
 * It speaks the protocol by hand. Ten thousand of them share the machine with the shop they measure, so a frame costs
 * no more than a string, and a reply one parse.
 */
export class Shopper {
  readonly #crowd: Crowd;
  readonly #socket: WebSocket;
  readonly #keyPrefix: string;
  readonly #opened = Promise.withResolvers<void>();
  /** The command of its one order that it waits for. */
  #waitsFor: WaitedFor | undefined;
  #commandId = 0;
  #key = "";
  #frame = "";
  #orderStartedMs = 0;
  #commandStartedMs = 0;
  #hasLeft = false;

  constructor(url: string, keyPrefix: string, crowd: Crowd) {
    this.#crowd = crowd;
    this.#keyPrefix = keyPrefix;
    this.#socket = new WebSocket(url, SUBPROTOCOL);
    this.#socket.onopen = () => this.#socket.send('{"t":"hello"}');
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(data as string) as ServerFrame);
    this.#socket.onclose = ({ code, reason }) => this.#closed(code, reason);
  }

  /** Resolves when the shop has welcomed the shopper. Rejects when it does not let it in. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Starts to shop. */
  start(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#begin();
    else this.#leave();
  }

  /** Goes away at once; an order under way stays without an answer. */
  close(): void {
    this.#socket.close();
    this.#leave();
  }

  #receive(frame: ServerFrame): void {
    if ("re" in frame) {
      // A late answer to a command that was sent again: the newer one gets the same.
      if (frame.re !== this.#commandId || this.#waitsFor === undefined) return;
      if ("ok" in frame) this.#succeeded(frame.ok);
      else this.#failed(frame.problem);
      return;
    }
    if (frame.t === "welcome") this.#opened.resolve();
  }

  get #began(): Began {
    return { orderMs: this.#orderStartedMs, commandMs: this.#commandStartedMs };
  }

  #begin(): void {
    const sku = this.#crowd.nextSku();
    if (sku === undefined) return this.#leave();
    this.#orderStartedMs = this.#crowd.nowMs();
    this.#send("cart.add", `"sku":"${sku}","quantity":1`);
  }

  #succeeded(reply: unknown): void {
    const nowMs = this.#crowd.nowMs();
    if (this.#waitsFor === "cart.add") {
      this.#crowd.added(this.#commandStartedMs, nowMs);
      this.#send("checkout", '"paymentToken":"tok_ok"');
      return;
    }
    this.#waitsFor = undefined;
    const told = { key: this.#key, reply: reply as Replies["checkout"] };
    this.#crowd.confirmed(told, this.#began, nowMs);
    this.#begin();
  }

  #failed(problem: Problem): void {
    if (isUndecided(problem)) {
      this.#crowd.retried();
      setTimeout(() => this.#repeat(), problem.retryAfterMs ?? RETRY_AFTER_MS);
      return;
    }
    this.#waitsFor = undefined;
    this.#crowd.refused(problem.code);
    // A sold-out crowd asks as fast as it is answered, too: that is what the shop has to bear.
    this.#begin();
  }

  #send(command: WaitedFor, fields: string): void {
    this.#waitsFor = command;
    this.#commandId += 1;
    this.#commandStartedMs = this.#crowd.nowMs();
    this.#key = `${this.#keyPrefix}${this.#commandId}`;
    this.#frame = `{"id":${this.#commandId},"key":"${this.#key}","op":"${command}",${fields}}`;
    this.#socket.send(this.#frame);
  }

  #repeat(): void {
    if (this.#waitsFor !== undefined && this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(this.#frame);
  }

  #closed(code: number, reason: string): void {
    this.#opened.reject(new Error(`the shop closed a shopper's socket: code ${code} ${reason}`.trim()));
    this.#leave(true);
  }

  #leave(wasCutOff = false): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (this.#waitsFor !== undefined) this.#crowd.lost(this.#waitsFor, this.#began, this.#crowd.nowMs());
    this.#waitsFor = undefined;
    this.#crowd.left(wasCutOff);
  }
}
