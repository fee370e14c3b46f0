import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { newKey } from "../../client/options.ts";
import { forget, isUncertain, recall, remember } from "../model/checkout-attempt.ts";
import type { CheckoutAttempt } from "../model/checkout-attempt.ts";
import { refusalText } from "../model/refusal-text.ts";
import type { TabMemory } from "../model/tab-memory.ts";
import type { ShopLink } from "./shop-link.ts";

/** Where the checkout is. */
export type CheckoutState =
  | { readonly type: "idle" }
  | { readonly type: "placing"; readonly paymentToken: string }
  /** The shop said no: nothing was charged. */
  | { readonly type: "refused"; readonly code: string; readonly detail: string }
  /** Nobody knows yet whether there is an order; only the same attempt can be made again. */
  | { readonly type: "uncertain"; readonly detail: string };

const DEADLINE_MS = 30_000;

/** Places the cart's order, once: double taps, reloads and lost replies all lead to the same order. */
export class Checkout {
  readonly #link: ShopLink;
  readonly #memory: TabMemory;
  readonly #placed: (orderId: string) => void;
  readonly #state = signal<CheckoutState>({ type: "idle" });

  /** `placed` is told the order once it is confirmed. */
  constructor(link: ShopLink, memory: TabMemory, placed: (orderId: string) => void) {
    this.#link = link;
    this.#memory = memory;
    this.#placed = placed;
  }

  get state(): ReadonlySignal<CheckoutState> {
    return this.#state;
  }

  /** Goes on with an attempt that had no answer when the page was left. */
  async resume(): Promise<void> {
    const attempt = recall(this.#memory);
    if (attempt === undefined) return;
    const { session } = await this.#link.client;
    if (session.cart === attempt.cart) await this.#send(attempt);
    else forget(this.#memory);
  }

  /** Places the order, or goes on with the attempt that has no answer yet. */
  async place(paymentToken: string): Promise<void> {
    // A second tap finds the first one under way.
    if (this.#state.value.type === "placing") return;
    this.#state.value = { type: "placing", paymentToken };
    const { session } = await this.#link.client;
    const open = recall(this.#memory);
    const attempt = open?.cart === session.cart ? open : { key: newKey(), paymentToken, cart: session.cart };
    await this.#send(attempt);
  }

  /** A refusal has been read, or its reason is over: any, or one with a certain code. */
  settle(code?: string): void {
    const state = this.#state.peek();
    if (state.type !== "refused" || (code ?? state.code) !== state.code) return;
    this.#state.value = { type: "idle" };
  }

  async #send(attempt: CheckoutAttempt): Promise<void> {
    const { key, paymentToken } = attempt;
    remember(this.#memory, attempt);
    this.#state.value = { type: "placing", paymentToken };
    const client = await this.#link.client;
    const result = await client.checkOut({ paymentToken }, { key, deadlineMs: DEADLINE_MS });
    if (!result.ok && isUncertain(result.problem)) {
      this.#state.value = { type: "uncertain", detail: refusalText(result.problem) };
      return;
    }
    forget(this.#memory);
    this.#state.value = result.ok
      ? { type: "idle" }
      : { type: "refused", code: result.problem.code, detail: refusalText(result.problem) };
    if (result.ok) this.#placed(result.value.orderId);
  }
}
