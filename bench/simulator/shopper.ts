import type { Generator } from "../../engine/contract/testing/generator.ts";
import type { CartCommand, CheckOutReply } from "../../actors/cart/messages.ts";
import type { Turn } from "../../actors/inventory/messages.ts";
import type { IssueNumbersReply } from "../../actors/queue/messages.ts";
import type { Client, Ended } from "./client.ts";
import { DECLINED_TOKEN, TIMEOUT_TOKEN } from "./simulated-bank.ts";
import type { World } from "./world.ts";

/** What the shopper of a simulation knows about its shop. */
export interface ShopperSetting {
  readonly tenant: string;
  readonly customer: string;
  readonly cart: string;
  readonly skus: readonly string[];
}

// An actor remembers 12 settled keys here: a repetition of one of the last 8 must be recognised.
const REPEATABLE_KEYS = 8;
const WAITING_MAX = 2;
const THINK_MAX_MS = 4_000;

/** A customer with one cart: adds, changes, pays, hesitates, and repeats itself. */
export class Shopper {
  readonly #world: World;
  readonly #client: Client;
  readonly #setting: ShopperSetting;
  readonly #generator: Generator;
  readonly #remembered: Ended[] = [];
  #lines: number[] = [];
  #leaving = false;
  #resting = false;
  /** Orders that were confirmed to this shopper. */
  readonly orders: string[] = [];
  #waiting = 0;
  /** The number in the queue of a sale that this shopper has joined last. */
  #turn: Turn | undefined;

  constructor(world: World, client: Client, setting: ShopperSetting, generator: Generator) {
    this.#world = world;
    this.#client = client;
    this.#setting = setting;
    this.#generator = generator;
  }

  /** Goes on until {@link leave}. */
  shop(): void {
    this.#world.agenda.plan(this.#generator.below(THINK_MAX_MS), () => {
      if (this.#leaving) return;
      if (!this.#resting && this.#waiting < WAITING_MAX) this.#act();
      this.shop();
    });
  }

  /** Does nothing for a while, or goes on. */
  rest(resting: boolean): void {
    this.#resting = resting;
  }

  leave(): void {
    this.#leaving = true;
  }

  #act(): void {
    const dice = this.#generator.below(100);
    if (dice < 11 && this.#waiting === 0) return dice < 8 ? this.#repeat() : this.#reuseKey();
    if (dice < 26) return this.#client.read(this.#generator.chance(50) ? this.#cart() : this.#sku());
    if (dice < 66 || this.#lines.length === 0) return this.#send(this.#addLine());
    if (dice < 72) return this.#send(this.#changeQuantity());
    if (dice < 77) return this.#send({ type: "RemoveLine", line: this.#anyLine() });
    if (dice < 81) return this.#send({ type: "ExtendLine", line: this.#anyLine() });
    return this.#send(this.#checkOut());
  }

  #send(command: CartCommand): void {
    this.#waiting += 1;
    this.#client.ask(this.#cart(), command, (ended) => {
      this.#waiting -= 1;
      this.#learn(ended);
    });
  }

  /** The same key and content again: the same answer, and nothing else. */
  #repeat(): void {
    const earlier = this.#anyRemembered();
    if (earlier === undefined) return;
    const { address, key, outcome } = earlier;
    // Nothing else meanwhile, which could make the actor forget it.
    this.#waiting = WAITING_MAX;
    const ended = (again: Ended): void => {
      this.#waiting = 0;
      if (JSON.stringify(again.outcome) === JSON.stringify(outcome)) return;
      const detail = `${key} of ${address}: ${JSON.stringify(outcome)}, then ${JSON.stringify(again.outcome)}`;
      this.#world.violations.add("one answer per key", detail);
    };
    this.#client.repeat(earlier, ended);
  }

  /** The same key with other content: refused. */
  #reuseKey(): void {
    const earlier = this.#anyRemembered();
    if (earlier === undefined) return;
    const { address, key } = earlier;
    this.#waiting = WAITING_MAX;
    const ended = ({ outcome }: Ended): void => {
      this.#waiting = 0;
      if (outcome.type === "refused" && outcome.refusal.code === "key_reused") return;
      const detail = `${key} of ${address} with other content: ${JSON.stringify(outcome)}`;
      this.#world.violations.add("one content per key", detail);
    };
    const other: CartCommand = { ...this.#addLine(), quantity: 77 };
    this.#client.ask(address, other, ended, key);
  }

  /** Who is told to wait joins the queue, and has a turn when there is a number. */
  #join(sale: string): void {
    const { tenant } = this.#setting;
    const command = { type: "IssueNumbers", count: 1, salt: this.#generator.below(2 ** 31) };
    this.#client.ask(`${tenant}/queue/${sale}`, command, ({ outcome }) => {
      if (outcome.type !== "done") return;
      this.#turn = { sale, number: (outcome.reply as IssueNumbersReply).first };
    });
  }

  #learn(ended: Ended): void {
    const { outcome, command } = ended;
    if (outcome.type === "refused" && outcome.refusal.code === "waiting_room")
      this.#join(outcome.refusal.values?.sale ?? "");
    // What the actor may have forgotten by now proves nothing. It remembers some refusals, too.
    if (this.#remembered.push(ended) > REPEATABLE_KEYS) this.#remembered.shift();
    if (outcome.type !== "done") return;
    if (command.type === "AddLine") this.#lines.push((outcome.reply as { line: number }).line);
    if (command.type === "CheckOut") {
      this.#lines = [];
      this.orders.push((outcome.reply as CheckOutReply).orderId);
    }
  }

  #addLine(): Extract<CartCommand, { type: "AddLine" }> {
    const { customer, skus } = this.#setting;
    const sku = skus[this.#generator.below(skus.length)] ?? "NONE";
    const turn = this.#turn;
    const wish = { type: "AddLine", customer, sku, quantity: this.#generator.between(1, 2) } as const;
    return turn === undefined ? wish : { ...wish, turn };
  }

  #changeQuantity(): CartCommand {
    return { type: "ChangeQuantity", line: this.#anyLine(), quantity: this.#generator.between(1, 4) };
  }

  #checkOut(): CartCommand {
    const paymentToken = this.#generator.pick([
      "tok_ok",
      "tok_ok",
      "tok_ok",
      "tok_ok",
      DECLINED_TOKEN,
      TIMEOUT_TOKEN,
    ]);
    return { type: "CheckOut", customer: this.#setting.customer, paymentToken };
  }

  #anyLine(): number {
    return this.#lines[this.#generator.below(this.#lines.length)] ?? 1;
  }

  #anyRemembered(): Ended | undefined {
    const done = this.#remembered.filter(({ outcome }) => outcome.type === "done");
    return done[this.#generator.below(done.length)];
  }

  #cart(): string {
    return `${this.#setting.tenant}/cart/${this.#setting.cart}`;
  }

  #sku(): string {
    const { tenant, skus } = this.#setting;
    return `${tenant}/inventory/${skus[this.#generator.below(skus.length)] ?? "NONE"}`;
  }
}
