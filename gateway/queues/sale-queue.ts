import type { Address } from "../../engine/contract/address.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Answer, Dispatcher, ViewUpdate } from "../../engine/ports/dispatcher.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import type { IssueNumbers, IssueNumbersReply } from "../../actors/queue/messages.ts";
import type { QueueView } from "../protocol/views.ts";

/** What the queue of a sale works with. */
export interface SaleQueueOptions {
  readonly address: Address;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** How long people are gathered who get their numbers together, milliseconds. */
  readonly joinTickMs: number;
  /** How long to wait for the queue, or for its numbers, milliseconds. */
  readonly deadlineMs: number;
  /** Most customers whose numbers are remembered. */
  readonly ticketsKeptMax: number;
}

/** What the queue shows; null when the sale has none, undefined when nobody tells in time. */
export type KnownQueue = QueueView | null | undefined;

/** A number, or why there is none. */
export type Issued =
  { readonly type: "number"; readonly number: number } | Exclude<Answer, { readonly type: "done" }>;

/** The queue of one sale as a gateway thread knows it: its newest view, and those who are about to get a number. */
export class SaleQueue {
  readonly #options: SaleQueueOptions;
  readonly #numbers = new Map<string, number>();
  readonly #letIn = new Set<number>();
  /** Who waits to hear of the queue at all; undefined once it is known. */
  #curious: ((queue: KnownQueue) => void)[] | undefined = [];
  #known: KnownQueue;
  #latest: ViewUpdate | undefined;
  /** By customer: one who asks twice gets one number. */
  #coming = new Map<string, ((issued: Issued) => void)[]>();
  #isIssuing = false;
  readonly #unwatch: () => void;
  readonly #cancelWait: () => void;

  constructor(options: SaleQueueOptions) {
    this.#options = options;
    this.#cancelWait = options.clock.after(options.deadlineMs, () => this.#tell(undefined));
    this.#unwatch = options.dispatcher.watch(options.address, (update) => this.#receive(update));
  }

  /** Calls `use` with what the queue shows, now or once that is known. */
  whenKnown(use: (queue: KnownQueue) => void): void {
    if (this.#curious === undefined) use(this.#known);
    else this.#curious.push(use);
  }

  /** Whether nobody can join or buy any more. */
  isOver(nowMs: number): boolean {
    return this.#curious === undefined && (this.#known?.endsAtMs ?? 0) <= nowMs;
  }

  /** The number that the customer has got here last. */
  numberOf(customer: string): number | undefined {
    return this.#numbers.get(customer);
  }

  /** Gives the customer a number, together with all others who come in this moment. */
  issue(customer: string, settle: (issued: Issued) => void): void {
    const asked = this.#coming.get(customer);
    if (asked !== undefined) return void asked.push(settle);
    this.#coming.set(customer, [settle]);
    if (this.#coming.size === 1 && !this.#isIssuing) this.#issueSoon();
  }

  /** Whether this is the first time that somebody with this number buys here. */
  enter(number: number): boolean {
    if (this.#letIn.has(number)) return false;
    if (this.#letIn.size >= this.#options.ticketsKeptMax) this.#letIn.clear();
    this.#letIn.add(number);
    return true;
  }

  close(): void {
    this.#cancelWait();
    this.#unwatch();
    this.#tell(undefined);
  }

  #receive(update: ViewUpdate): void {
    const latest = this.#latest;
    const isNewer =
      latest === undefined ||
      update.epoch > latest.epoch ||
      (update.epoch === latest.epoch && update.offset > latest.offset);
    if (!isNewer) return;
    this.#latest = update;
    this.#cancelWait();
    this.#tell(update.view as QueueView | null);
  }

  #tell(queue: KnownQueue): void {
    const curious = this.#curious ?? [];
    this.#curious = undefined;
    this.#known = queue;
    for (const use of curious) use(queue);
  }

  #issueSoon(): void {
    this.#isIssuing = true;
    this.#options.clock.after(this.#options.joinTickMs, () => this.#issueAll());
  }

  #issueAll(): void {
    const coming = this.#coming;
    this.#coming = new Map();
    const { address, dispatcher, clock, entropy, deadlineMs } = this.#options;
    const salt = Number.parseInt(entropy.uuid().slice(-8), 16);
    const command: IssueNumbers = { type: "IssueNumbers", count: coming.size, salt };
    const deadlineAtMs = clock.nowMs() + deadlineMs;
    // A key of its own: numbers whose answer is lost are people who do not come.
    dispatcher.dispatch({ address, command, key: entropy.uuid(), deadlineAtMs }, (answer) => {
      this.#isIssuing = false;
      if (this.#coming.size > 0) this.#issueSoon();
      this.#hand(coming, answer);
    });
  }

  #hand(coming: ReadonlyMap<string, readonly ((issued: Issued) => void)[]>, answer: Answer): void {
    let number = answer.type === "done" ? (answer.reply as IssueNumbersReply).first : 0;
    for (const [customer, settles] of coming) {
      const issued: Issued = answer.type === "done" ? { type: "number", number } : answer;
      if (answer.type === "done") this.#remember(customer, number);
      for (const settle of settles) settle(issued);
      number += 1;
    }
  }

  #remember(customer: string, number: number): void {
    if (this.#numbers.size >= this.#options.ticketsKeptMax) {
      const oldest = this.#numbers.keys().next();
      if (oldest.done !== true) this.#numbers.delete(oldest.value);
    }
    this.#numbers.set(customer, number);
  }
}
