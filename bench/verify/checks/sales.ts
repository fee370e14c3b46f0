import type { OrderStatus } from "../../../actors/order/messages.ts";
import { affinityKey } from "../../../engine/contract/address.ts";
import type { Check, CheckContext } from "../check.ts";
import type { OrderFact, OrderLineFact, StockFact } from "../facts.ts";
import { cartOfHold, lineOfHold } from "../hold-id.ts";

/** How far an order is, as far as its stock is concerned. */
const stages: Readonly<Record<OrderStatus, "open" | "bought" | "undone">> = {
  securing: "open",
  authorising: "open",
  selling: "open",
  confirmed: "bought",
  captured: "bought",
  refused: "undone",
};

/** Stock and orders agree, over all shards. */
export const sales: Check = {
  name: "sales",
  sentence:
    "Every sold hold belongs to a confirmed order or came back, and every line of a confirmed order is sold exactly once.",
  subject: "sales and order lines",
  begin(context) {
    return { end: () => new SalesJoin(context).check() };
  },
};

/** Brings what shelves and orders say together. */
class SalesJoin {
  readonly #context: CheckContext;
  /** Units by order and SKU that were sold, and that came back. */
  readonly #sold: ReadonlyMap<string, number>;
  readonly #returned: ReadonlyMap<string, number>;
  /** How often each line of an order was sold, by order and line. */
  readonly #soldLines = new Map<string, number>();

  constructor(context: CheckContext) {
    this.#context = context;
    this.#sold = sumUnits(context.facts.sales);
    this.#returned = sumUnits(context.facts.returns);
  }

  check(): void {
    const { facts } = this.#context;
    for (const sale of facts.sales) this.#checkSale(sale);
    for (const [address, order] of facts.orders) {
      for (const line of order.lines) this.#checkLine(address, order, line);
    }
    for (const fact of facts.returns) this.#checkReturn(fact);
  }

  #checkSale(sale: StockFact): void {
    const { facts, findings } = this.#context;
    findings.checked();
    const address = orderAddress(sale);
    const order = facts.orders.get(address);
    if (order === undefined) {
      this.#blame(sale, `hold ${sale.holdId} is sold to ${address}, which does not exist`);
      return;
    }
    const fault = this.#matchLine(sale, address, order);
    if (fault !== undefined) this.#blame(sale, fault);
    const stage = stages[order.status];
    if (stage === "open") findings.open();
    if (stage !== "undone" || facts.isTalking(order.shard, sale.shard)) return;
    const key = stockKey(sale);
    if ((this.#returned.get(key) ?? 0) >= (this.#sold.get(key) ?? 0)) return;
    this.#blame(sale, `hold ${sale.holdId} stays sold, but ${address} was refused`);
  }

  /** Finds the order line of a sale. Returns what is wrong with the sale otherwise. */
  #matchLine(sale: StockFact, address: string, order: OrderFact): string | undefined {
    const holdId = sale.holdId ?? "";
    if (cartOfHold(holdId) !== affinityKey(sale.orderId))
      return `hold ${holdId} is sold to ${address}, the order of another cart`;
    const number = lineOfHold(holdId);
    const line = order.lines.find((candidate) => candidate.line === number);
    if (line === undefined || line.sku !== sale.sku || line.quantity !== sale.quantity)
      return `hold ${holdId} of ${sale.quantity} units is no line of ${address}`;
    const key = `${address} ${number}`;
    this.#soldLines.set(key, (this.#soldLines.get(key) ?? 0) + 1);
    return undefined;
  }

  #checkLine(address: string, order: OrderFact, { line, sku, quantity }: OrderLineFact): void {
    const { findings } = this.#context;
    findings.checked();
    const place = { address, shard: order.shard, seq: order.seq };
    const times = this.#soldLines.get(`${address} ${line}`) ?? 0;
    if (times > 1) findings.violation({ ...place, detail: `line ${line} is sold ${times} times` });
    if (times > 0 || stages[order.status] !== "bought") return;
    const detail = `line ${line} (${quantity} × ${sku}) is ${order.status}, but not sold`;
    findings.violation({ ...place, detail });
  }

  /** Nothing comes back that was never sold. */
  #checkReturn(fact: StockFact): void {
    const key = stockKey(fact);
    const soldUnits = this.#sold.get(key) ?? 0;
    const units = this.#returned.get(key) ?? 0;
    if (units <= soldUnits) return;
    this.#blame(fact, `${units} units came back from ${orderAddress(fact)}, ${soldUnits} were sold to it`);
  }

  #blame(fact: StockFact, detail: string): void {
    const { tenant, sku, shard, seq } = fact;
    this.#context.findings.violation({ address: `${tenant}/inventory/${sku}`, shard, seq, detail });
  }
}

function sumUnits(facts: readonly StockFact[]): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const fact of facts) {
    const key = stockKey(fact);
    units.set(key, (units.get(key) ?? 0) + fact.quantity);
  }
  return units;
}

function orderAddress({ tenant, orderId }: StockFact): string {
  return `${tenant}/order/${orderId}`;
}

function stockKey(fact: StockFact): string {
  return `${orderAddress(fact)} ${fact.sku}`;
}
