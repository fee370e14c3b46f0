import type { CartEvent, CheckOutReply } from "../../../actors/cart/messages.ts";
import type { OrderView } from "../../../actors/order/messages.ts";
import { affinityKey } from "../../../engine/contract/address.ts";
import type { Check, CheckPass, Evidence } from "../../verify/check.ts";
import type { FoldedShard } from "../../verify/folded-shard.ts";
import { CartKnowledge } from "../cart-knowledge.ts";
import { keyName, tenantOf, type History, type Operation } from "../history.ts";

/** Orders that clients were told of, as they were told of them. */
export function orders({ operations }: Pick<History, "operations">): Check<Evidence> {
  return {
    name: "orders",
    sentence:
      "Every order that a client was told of is in the journal, with its number, lines and total; a key makes one order.",
    subject: "acknowledged orders",
    begin: (context) => new OrderPass(context, operations),
  };
}

class OrderPass implements CheckPass {
  readonly #context: Evidence;
  /** By `tenant/order/id`; those that the journal has not shown yet. */
  readonly #told = new Map<string, readonly Operation[]>();
  readonly #carts: ReadonlyMap<string, CartKnowledge>;
  /** Keys of tickets, and orders of keys, in the shard that is being read. */
  #keyOfTicket = new Map<string, string>();
  #placed: { readonly cart: string; readonly ticket: number; readonly order: string }[] = [];

  constructor(context: Evidence, operations: readonly Operation[]) {
    this.#context = context;
    this.#carts = CartKnowledge.of(operations);
    for (const operation of operations) {
      const reply = replyOf(operation);
      if (reply === undefined) continue;
      context.findings.checked();
      const order = `${tenantOf(operation.actor)}/order/${reply.orderId}`;
      const earlier = this.#told.get(order) ?? [];
      this.#told.set(order, [...earlier, operation]);
      const other = earlier.find(({ actor, key }) => actor !== operation.actor || key !== operation.key);
      if (other === undefined) continue;
      const detail = `two checkouts were told that they are this order: keys ${other.key} and ${operation.key}`;
      context.findings.violation({ address: order, detail });
    }
  }

  entry: NonNullable<CheckPass["entry"]> = (entry, address) => {
    const cart = this.#carts.get(address);
    if (cart === undefined) return;
    for (const { ticket, key } of entry.keys) this.#keyOfTicket.set(`${address} ${ticket}`, key);
    for (const event of entry.events as readonly CartEvent[]) {
      cart.follow(event);
      if (event.type !== "CheckedOut") continue;
      this.#placed.push({
        cart: address,
        ticket: event.ticket,
        order: `${entry.tenant}/order/${event.orderId}`,
      });
    }
  };

  shardEnd(folded: FoldedShard): void {
    for (const [address, actor] of folded.ofKind("order")) {
      const cart = this.#carts.get(`${tenantOf(address)}/cart/${affinityKey(actor.address.id)}`);
      if (cart === undefined) continue;
      const view = actor.decider.view(actor.state) as OrderView | undefined;
      if (view === undefined) continue;
      if (isBought(view)) cart.bought(view);
      for (const operation of this.#told.get(address) ?? []) {
        const detail = difference(operation, view, cart);
        if (detail === undefined) continue;
        this.#context.findings.violation({ address, shard: folded.shard, seq: actor.seq, detail });
      }
      this.#told.delete(address);
    }
    this.#checkKeys(folded);
    this.#keyOfTicket = new Map();
    this.#placed = [];
  }

  end(): void {
    for (const [address, told] of this.#told) {
      const clients = told.map(({ client, key }) => `${client} (key ${key})`).join(" and ");
      const detail = `${clients} was told of this order, the journal does not have it`;
      this.#context.findings.violation({ address, detail });
    }
    for (const [address, cart] of this.#carts) {
      for (const detail of cart.leftOut()) this.#context.findings.violation({ address, detail });
    }
  }

  /** One key, one order, as long as orders come of it. */
  #checkKeys(folded: FoldedShard): void {
    const orderOfKey = new Map<string, string>();
    for (const { cart, ticket, order } of this.#placed) {
      const key = this.#keyOfTicket.get(`${cart} ${ticket}`);
      if (key === undefined) continue;
      const actor = folded.find(order);
      const view = actor?.decider.view(actor.state) as OrderView | undefined;
      if (view === undefined || !isBought(view)) continue;
      const name = keyName(cart, key);
      const other = orderOfKey.get(name);
      orderOfKey.set(name, order);
      if (other === undefined || other === order) continue;
      const detail = `key ${key} made two orders: ${other} and ${order}`;
      this.#context.findings.violation({ address: cart, shard: folded.shard, detail });
    }
  }
}

function replyOf({ operation, ending, value }: Operation): CheckOutReply | undefined {
  return operation === "CheckOut" && ending === "ok" ? (value as CheckOutReply) : undefined;
}

function isBought({ status }: OrderView): boolean {
  return status === "confirmed" || status === "captured";
}

/** What is not as the client was told. */
function difference(operation: Operation, view: OrderView, cart: CartKnowledge): string | undefined {
  const { totalMinor, taxMinor, currency } = replyOf(operation) as CheckOutReply;
  if (!isBought(view)) return `the order was acknowledged, but is ${view.status}`;
  const told = `${totalMinor} ${currency}, tax ${taxMinor}`;
  const holds = `${view.totalMinor} ${view.currency}, tax ${view.taxMinor}`;
  if (told !== holds) return `the order was told to cost ${told}, it costs ${holds}`;
  for (const line of view.lines) {
    const detail = cart.unlike(line, operation);
    if (detail !== undefined) return detail;
  }
  return undefined;
}
