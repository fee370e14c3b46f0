import type { OrderStatus } from "../../../actors/order/messages.ts";
import type { Check, CheckContext } from "../check.ts";
import type { Facts, OrderFact, OrderLineFact, StockFact } from "../facts.ts";
import { cartOfHold, lineOfHold } from "../hold-id.ts";
import { affinityKey } from "../../../engine/contract/address.ts";

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
    return {
      end() {
        const returned = sumReturns(context.facts);
        const soldLines = matchSales(context, returned);
        for (const [address, order] of context.facts.orders) {
          for (const line of order.lines) checkLine(context, address, order, line, soldLines, returned);
        }
        checkReturns(context, returned);
      },
    };
  },
};

/** Units that came back, by `tenant/order/id` and SKU. */
function sumReturns(facts: Facts): ReadonlyMap<string, number> {
  const returned = new Map<string, number>();
  for (const fact of facts.returns) {
    const key = stockKey(orderAddress(fact), fact.sku);
    returned.set(key, (returned.get(key) ?? 0) + fact.quantity);
  }
  return returned;
}

/** Finds the order line of every sale. Returns how often each line of an order was sold. */
function matchSales(
  { facts, findings }: CheckContext,
  returned: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const soldLines = new Map<string, number>();
  for (const sale of facts.sales) {
    findings.checked();
    const address = orderAddress(sale);
    const blame = (detail: string): void => blameSale(findings, sale, detail);
    const order = facts.orders.get(address);
    if (order === undefined) {
      blame(`hold ${sale.holdId} is sold to ${address}, which does not exist`);
      continue;
    }
    const number = lineOfHold(sale.holdId ?? "");
    const line = order.lines.find((candidate) => candidate.line === number);
    if (cartOfHold(sale.holdId ?? "") !== affinityKey(sale.orderId)) {
      blame(`hold ${sale.holdId} is sold to ${address}, the order of another cart`);
    } else if (line === undefined || line.sku !== sale.sku || line.quantity !== sale.quantity) {
      blame(`hold ${sale.holdId} of ${sale.quantity} units is no line of ${address}`);
    } else {
      const key = `${address} ${line.line}`;
      soldLines.set(key, (soldLines.get(key) ?? 0) + 1);
    }
    if (stages[order.status] === "open") findings.open();
    if (stages[order.status] !== "undone" || facts.isTalking(order.shard, sale.shard)) continue;
    if ((returned.get(stockKey(address, sale.sku)) ?? 0) > 0) continue;
    blame(`hold ${sale.holdId} stays sold, but ${address} was refused`);
  }
  return soldLines;
}

function checkLine(
  { findings }: CheckContext,
  address: string,
  order: OrderFact,
  line: OrderLineFact,
  soldLines: ReadonlyMap<string, number>,
  returned: ReadonlyMap<string, number>,
): void {
  findings.checked();
  const place = { address, shard: order.shard, seq: order.seq };
  const times = soldLines.get(`${address} ${line.line}`) ?? 0;
  if (times > 1) findings.violation({ ...place, detail: `line ${line.line} is sold ${times} times` });
  if (stages[order.status] !== "bought") return;
  if (times === 0) {
    const detail = `line ${line.line} (${line.quantity} × ${line.sku}) is ${order.status}, but not sold`;
    findings.violation({ ...place, detail });
  }
  const units = returned.get(stockKey(address, line.sku)) ?? 0;
  const bought = order.lines.reduce((sum, { sku, quantity }) => sum + (sku === line.sku ? quantity : 0), 0);
  if (units > bought) {
    findings.violation({ ...place, detail: `${units} of ${bought} units of ${line.sku} came back` });
  }
}

/** Nothing comes back that was never sold. */
function checkReturns({ facts, findings }: CheckContext, returned: ReadonlyMap<string, number>): void {
  const sold = new Map<string, number>();
  for (const sale of facts.sales) {
    const key = stockKey(orderAddress(sale), sale.sku);
    if (returned.has(key)) sold.set(key, (sold.get(key) ?? 0) + sale.quantity);
  }
  for (const fact of facts.returns) {
    const key = stockKey(orderAddress(fact), fact.sku);
    const soldUnits = sold.get(key) ?? 0;
    const units = returned.get(key) ?? 0;
    if (units <= soldUnits) continue;
    blameSale(
      findings,
      fact,
      `${units} units came back from ${orderAddress(fact)}, ${soldUnits} were sold to it`,
    );
  }
}

function blameSale(findings: CheckContext["findings"], fact: StockFact, detail: string): void {
  findings.violation({
    address: `${fact.tenant}/inventory/${fact.sku}`,
    shard: fact.shard,
    seq: fact.seq,
    detail,
  });
}

function orderAddress({ tenant, orderId }: StockFact): string {
  return `${tenant}/order/${orderId}`;
}

function stockKey(orderAddressText: string, sku: string): string {
  return `${orderAddressText} ${sku}`;
}
