import type { Replies } from "../../gateway/protocol/messages.ts";
import type { Journey, Step } from "../scenario/scenario.ts";
import { Burst } from "./burst.ts";
import type { Company } from "./company.ts";
import type { RecordedBasket } from "./generator-messages.ts";
import { ProductLook } from "./product-look.ts";
import { Random } from "./random.ts";
import type { Outlet, WorkFrame } from "./shop-socket.ts";
import { SingleCommand, type CommandEnd, type ReplyFrame } from "./single-command.ts";

/** One visit: what for, and when. */
export interface Visit {
  readonly journey: Journey;
  /** When it was to begin, by `performance.now()`. */
  readonly dueMs: number;
  /** What chance decides within the visit comes from this seed and number. */
  readonly seed: number;
  readonly number: number;
  readonly basket: RecordedBasket | undefined;
}

/** The way of one visitor after the other through the steps of their journeys, on one connection. */
export class Walk {
  readonly #company: Company;
  readonly #ended: () => void;
  readonly #command: SingleCommand;
  readonly #burst: Burst;
  readonly #look: ProductLook;
  readonly #random = new Random(0);
  #visit: Visit | undefined;
  #index = 0;
  /** How often the step is still to be done. */
  #remaining = 0;
  /** Ranks of products that the step has taken already. */
  readonly #taken: number[] = [];
  /** Lines in the cart. */
  readonly #lines: number[] = [];
  #hasBought = false;
  #isUncertain = false;
  /** When the next step was to begin, where that is not as soon as the one before it ended. */
  #dueMs: number | undefined;
  #thoughtMs = 0;
  #thinking: ReturnType<typeof setTimeout> | undefined;

  /** `ended` is called when a visit has come to its end, by itself or by a refusal. */
  constructor(socket: Outlet, company: Company, ended: () => void) {
    this.#company = company;
    this.#ended = ended;
    this.#command = new SingleCommand(socket, company);
    this.#burst = new Burst(socket, company);
    this.#look = new ProductLook(socket, company);
  }

  get isUnderWay(): boolean {
    return this.#visit !== undefined;
  }

  /** Whether the customer cannot be taken for somebody who has just come: by the cart, the limit, or for all we know. */
  get hasLeftTraces(): boolean {
    return this.#isUncertain || this.#lines.length > 0 || (this.#company.hasLimit && this.#hasBought);
  }

  begin(visit: Visit, nowMs: number): void {
    this.#visit = visit;
    this.#random.restart(visit.seed, visit.number);
    this.#index = -1;
    this.#thoughtMs = 0;
    this.#dueMs = visit.dueMs;
    this.#next(visit, nowMs);
  }

  received(frame: WorkFrame, nowMs: number): void {
    const visit = this.#visit;
    const step = visit?.journey.steps[this.#index];
    if (visit === undefined || step === undefined) return;
    if ("re" in frame) return this.#answered(visit, step, frame, nowMs);
    const end = this.#look.receive(frame, nowMs);
    if (end === "seen") this.#again(visit, step, nowMs);
    else if (end === "refused") this.#end();
  }

  /** The connection is gone, and with it the customer; a visit under way stays without its end. */
  lost(nowMs: number): void {
    const step = this.#visit?.journey.steps[this.#index];
    if (step !== undefined) this.#cutOff(step, nowMs);
    this.#visit = undefined;
    this.forget();
  }

  /** The run is over: whoever thinks does not go on. */
  leaveThought(): void {
    if (this.#thinking === undefined) return;
    this.#stopThinking();
    this.#end();
  }

  /** The next visit is another customer's. */
  forget(): void {
    this.#stopThinking();
    this.#command.forget();
    this.#burst.forget();
    this.#look.forget();
    this.#lines.length = 0;
    this.#hasBought = false;
    this.#isUncertain = false;
  }

  /** What was asked for and not answered counts with the time that was waited for it: a silent shop is no quick one. */
  #cutOff(step: Step, nowMs: number): void {
    const { tally } = this.#company;
    tally.count("unfinished");
    if (step.kind === "checkout") this.#company.unanswered();
    this.#burst.leave(nowMs);
    const lookedMs = this.#look.waitedMs(nowMs);
    if (lookedMs !== undefined) tally.time("browse", lookedMs);
    const waitedMs = this.#command.waitedMs(nowMs);
    if (waitedMs === undefined || step.kind === "empty") return;
    tally.time(step.kind === "checkout" ? "checkout" : "cart.add", waitedMs);
  }

  #next(visit: Visit, nowMs: number): void {
    this.#index += 1;
    const step = visit.journey.steps[this.#index];
    if (step === undefined) return this.#end();
    this.#taken.length = 0;
    this.#remaining = this.#timesOf(step, visit);
    if (this.#remaining === 0) this.#next(visit, nowMs);
    else this.#act(visit, step, nowMs);
  }

  #again(visit: Visit, step: Step, nowMs: number): void {
    this.#remaining -= 1;
    if (this.#remaining > 0) this.#act(visit, step, nowMs);
    else this.#next(visit, nowMs);
  }

  #timesOf(step: Step, visit: Visit): number {
    switch (step.kind) {
      case "browse":
        return step.products;
      case "add":
        return step.lines;
      case "basket":
        return visit.basket?.lines.length ?? 0;
      case "empty":
        return this.#lines.length;
      case "checkout":
      case "think":
      case "burst":
        return 1;
    }
  }

  #act(visit: Visit, step: Step, nowMs: number): void {
    // What is done first, or after a thought, counts from its intended start: a generator that is late hides nothing.
    const startMs = this.#dueMs ?? nowMs;
    this.#dueMs = undefined;
    switch (step.kind) {
      case "browse":
        return this.#look.begin(this.#pick(), startMs, nowMs);
      case "add":
        return this.#command.send(addFields(this.#pick(), step.quantity), startMs, nowMs);
      case "basket": {
        const lines = visit.basket?.lines ?? [];
        const line = lines[lines.length - this.#remaining];
        return this.#command.send(addFields(line?.sku ?? "", line?.quantity ?? 0), startMs, nowMs);
      }
      case "checkout":
        return this.#command.send(checkOutFields(step.paymentToken), startMs, nowMs);
      case "empty":
        return this.#command.send(`"op":"cart.remove","line":${this.#lines.at(-1) ?? 0}`, startMs, nowMs);
      case "think":
        return this.#think(visit, step.meanMs, startMs, nowMs);
      case "burst":
        return this.#burst.send(step.commands, addFields(this.#pick(), step.quantity), startMs, nowMs);
    }
  }

  /** A product that the step has not taken yet. */
  #pick(): string {
    const { popularity, skus } = this.#company;
    const rank = popularity.pickOther(this.#random, this.#taken);
    this.#taken.push(rank);
    return skus[rank] ?? "";
  }

  #think(visit: Visit, meanMs: number, startMs: number, nowMs: number): void {
    if (this.#company.isEnding) return this.#end();
    const endsMs = startMs + this.#random.exponential(meanMs);
    this.#thinking = setTimeout(
      () => {
        this.#thinking = undefined;
        const laterMs = performance.now();
        this.#company.passed(laterMs);
        this.#company.tally.late(laterMs - endsMs);
        // A timer may also come a little early.
        this.#dueMs = Math.min(endsMs, laterMs);
        this.#thoughtMs += this.#dueMs - startMs;
        this.#next(visit, laterMs);
      },
      Math.max(endsMs - nowMs, 0),
    );
  }

  #stopThinking(): void {
    clearTimeout(this.#thinking);
    this.#thinking = undefined;
  }

  #answered(visit: Visit, step: Step, frame: ReplyFrame, nowMs: number): void {
    if (step.kind === "burst") return this.#burstAnswered(visit, frame, nowMs);
    const ended = this.#command.receive(frame, nowMs);
    if (ended === undefined) return;
    if (ended.type === "done") return this.#succeeded(visit, step, ended, nowMs);
    if (ended.type === "undecided") {
      this.#isUncertain = true;
      if (step.kind === "checkout") this.#company.unanswered();
    }
    this.#end();
  }

  #burstAnswered(visit: Visit, frame: ReplyFrame, nowMs: number): void {
    this.#burst.receive(frame, nowMs);
    if (this.#burst.isUnderWay) return;
    this.#lines.push(...this.#burst.lines);
    if (this.#burst.isUncertain) this.#isUncertain = true;
    // Who got nothing has nothing to go on with.
    if (this.#burst.lines.length === 0) this.#end();
    else this.#next(visit, nowMs);
  }

  #succeeded(
    visit: Visit,
    step: Step,
    { reply, elapsedMs }: Extract<CommandEnd, { readonly type: "done" }>,
    nowMs: number,
  ): void {
    const { tally } = this.#company;
    if (step.kind === "checkout") {
      tally.time("checkout", elapsedMs);
      this.#confirmed(visit, reply as Replies["checkout"], nowMs);
      return this.#next(visit, nowMs);
    }
    if (step.kind === "empty") {
      this.#lines.pop();
    } else {
      const { line, quantity } = reply as Replies["cart.add"];
      this.#lines.push(line);
      tally.held(quantity);
      tally.time("cart.add", elapsedMs);
    }
    this.#again(visit, step, nowMs);
  }

  #confirmed(visit: Visit, reply: Replies["checkout"], nowMs: number): void {
    this.#company.tally.count("orders");
    this.#company.tally.time("order", nowMs - visit.dueMs - this.#thoughtMs);
    this.#company.acknowledged({ key: this.#command.key, reply });
    this.#lines.length = 0;
    this.#hasBought = true;
  }

  #end(): void {
    this.#visit = undefined;
    this.#company.tally.count("completed");
    this.#ended();
  }
}

function addFields(sku: string, quantity: number): string {
  return `"op":"cart.add","sku":"${sku}","quantity":${quantity}`;
}

function checkOutFields(paymentToken: string): string {
  return `"op":"checkout","paymentToken":${JSON.stringify(paymentToken)}`;
}
