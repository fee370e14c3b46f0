import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { Problem, Replies } from "../../protocol/messages.ts";
import type { CartLineView, CartView, QueueView } from "../../protocol/views.ts";
import type { Result } from "../../client/result.ts";
import type { ClientStatus } from "../../client/status.ts";
import { ShopLink } from "../state/shop-link.ts";
import type { ShopClient } from "../state/shop-link.ts";

/** What a test has asked the fake shop for: the operation, its values and its key. */
export interface Asked {
  readonly op: string;
  readonly values: object;
  readonly key: string | undefined;
  readonly answer: (result: Result<unknown>) => void;
}

const EMPTY_CART: CartView = {
  cartId: "cart-1",
  lines: [],
  currency: null,
  totalMinor: 0,
  taxMinor: 0,
  checkingOut: null,
  orderIds: [],
};

/** A shop for tests: answers when it is told to. */
export class FakeShop {
  readonly asked: Asked[] = [];
  readonly #cart = signal<CartView>(EMPTY_CART);
  readonly #queue = signal<QueueView | undefined>(undefined);
  nowMs = 1_000_000;
  readonly #statusListeners = new Set<(status: ClientStatus) => void>();

  readonly client: ShopClient = {
    session: {
      t: "welcome",
      session: "",
      sessionExpiresAtMs: 2_000_000_000,
      role: "shopper",
      customer: "customer-1",
      cart: "cart-1",
      shop: "shop-1",
      serverTimeMs: 1_000_000,
      pingMs: 20_000,
      frameBytesMax: 65_536,
    },
    onStatus: (listener) => {
      this.#statusListeners.add(listener);
      return () => this.#statusListeners.delete(listener);
    },
    serverTimeMs: () => this.nowMs,
    subscribe: (channel, listener) => {
      const tell = listener as (state: unknown, position: { epoch: number; offset: number }) => void;
      const follow = (source: ReadonlySignal<unknown>): (() => void) =>
        source.subscribe((view) => view !== undefined && tell(view, { epoch: 1, offset: 1 }));
      if (channel === "cart") return follow(this.#cart);
      return channel.startsWith("queue/") ? follow(this.#queue) : () => undefined;
    },
    add: (values, options) => this.#ask<Replies["cart.add"]>("add", values, options?.key),
    changeQuantity: (values) => this.#ask<Replies["cart.quantity"]>("changeQuantity", values),
    removeLine: (values) => this.#ask<Replies["cart.remove"]>("removeLine", values),
    extendLine: (values) => this.#ask<Replies["cart.extend"]>("extendLine", values),
    joinQueue: (values) => this.#ask<Replies["queue.join"]>("joinQueue", values),
    checkOut: (values, options) => this.#ask<Replies["checkout"]>("checkOut", values, options?.key),
  };

  readonly link = new ShopLink(Promise.resolve(this.client));

  /** Changes what the cart's channel shows. */
  showCart(change: Partial<CartView>): void {
    this.#cart.value = { ...this.#cart.value, ...change };
  }

  /** The connection comes back, with the session of somebody else. */
  comeBackAs(customer: string): void {
    Object.assign(this.client.session, { customer });
    for (const listener of this.#statusListeners) listener({ type: "open" });
  }

  /** Changes what the channel of every queue shows. */
  showQueue(queue: QueueView): void {
    this.#queue.value = queue;
  }

  #ask<Reply>(op: string, values: object, key?: string): Promise<Result<Reply>> {
    return new Promise((resolve) => {
      const answer = (result: Result<unknown>): void => resolve(result as Result<Reply>);
      this.asked.push({ op, values, key, answer });
    });
  }
}

/** A line of a cart. */
export function cartLine(more: Partial<CartLineView> = {}): CartLineView {
  return {
    line: 1,
    sku: "MUG",
    title: "Mug",
    quantity: 1,
    unitPriceMinor: 1_900,
    taxBasisPoints: 2_000,
    holdExpiresAtMs: 1_600_000,
    extended: false,
    ...more,
  };
}

/** A refusal; of a shop that tells no values unless they are given. */
export function refusal(code: string, detail: string, extras?: Pick<Problem, "values">): Result<never> {
  const problem: Problem = { type: `/problems/${code}`, title: code, status: 409, code, detail, ...extras };
  return { ok: false, problem };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
