import type { Result } from "../../../gateway/client/result.ts";
import type { Operation, Operations, Problem, Replies } from "../../../gateway/protocol/messages.ts";
import type { OperatorPort } from "../operator-port.ts";
import type { RunFigures, ShopLedger, StockFigures } from "../shop-ledger.ts";

interface PretendLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

interface PretendOrder {
  readonly customer: string;
  readonly lines: ReadonlyMap<number, PretendLine>;
  refundedMinor: number;
}

type Stock = { -readonly [Field in keyof StockFigures]: StockFigures[Field] };

/** A command that a pretend shop was given. */
export interface SeenCommand {
  readonly op: Operation;
  readonly key: string;
  readonly values: Operations[Operation];
}

/** A shop in memory that keeps the books that a real one keeps: enough to play invoices on. Every command takes a turn. */
export class PretendShop implements OperatorPort {
  readonly seen: SeenCommand[] = [];
  readonly stock = new Map<string, Stock>();
  /** Refusals to give to coming commands, by idempotency key; each is given once. */
  readonly refusals = new Map<string, Problem>();
  readonly orders = new Map<string, PretendOrder>();
  readonly #carts = new Map<string, Map<number, PretendLine>>();
  #linesMade = 0;
  inFlight = 0;
  inFlightMost = 0;

  put(sku: string, units: number): void {
    this.stock.set(sku, { received: units, sold: 0, returned: 0, onHand: units, available: units });
  }

  async command<Op extends Operation>(
    op: Op,
    values: Operations[Op],
    { key }: { readonly key: string },
  ): Promise<Result<Replies[Op]>> {
    this.seen.push({ op, key, values });
    this.inFlight += 1;
    this.inFlightMost = Math.max(this.inFlightMost, this.inFlight);
    await Bun.sleep(0);
    this.inFlight -= 1;
    const given = this.refusals.get(key);
    this.refusals.delete(key);
    if (given !== undefined) return { ok: false, problem: given };
    return this.#carryOut({ op, ...values } as CommandOf) as Result<Replies[Op]>;
  }

  /** Its books, as a database would tell them. */
  ledger(): ShopLedger {
    return {
      shopId: () => Promise.resolve("pretend"),
      stock: () => Promise.resolve(structuredClone(this.stock)),
      heads: () => Promise.resolve(new Map([[0, 1]])),
      projected: () => Promise.resolve(new Map([[0, 1]])),
      run: (prefix) => Promise.resolve(this.#figures(prefix)),
    };
  }

  #carryOut(command: CommandOf): Result<unknown> {
    switch (command.op) {
      case "cart.add":
        return this.#add(command);
      case "cart.remove":
        this.#cart(command.cart ?? "").delete(command.line);
        return { ok: true, value: { line: command.line } };
      case "checkout":
        return this.#checkOut(command.cart ?? "", command.customer ?? "");
      case "order.return":
        return this.#takeBack(command.order, command.lines);
      case "stock.receive":
        this.put(command.sku, (this.stock.get(command.sku)?.onHand ?? 0) + command.quantity);
        return { ok: true, value: { sku: command.sku, onHand: this.stock.get(command.sku)?.onHand } };
      case "product.list":
      case "cart.quantity":
      case "cart.extend":
      case "stock.adjust":
      case "sale.set":
      case "sale.price":
      case "sale.end":
      case "selling.pause":
      case "selling.resume":
      case "queue.join":
      case "queue.open":
      case "queue.rate":
      case "queue.end":
        return { ok: true, value: {} };
    }
  }

  #add({ sku, quantity, cart, unitPriceMinor }: Operations["cart.add"]): Result<unknown> {
    const stock = this.stock.get(sku);
    if (stock === undefined || stock.available < quantity) return refused("sold_out", `${sku} is sold out.`);
    stock.available -= quantity;
    this.#linesMade += 1;
    this.#cart(cart ?? "").set(this.#linesMade, { sku, quantity, unitPriceMinor: unitPriceMinor ?? 0 });
    return { ok: true, value: { line: this.#linesMade } };
  }

  #checkOut(cart: string, customer: string): Result<unknown> {
    const lines = this.#cart(cart);
    this.#carts.delete(cart);
    const orderId = `${cart}~${this.orders.size + 1}`;
    for (const { sku, quantity } of lines.values()) {
      const stock = this.#stockOf(sku);
      stock.sold += quantity;
      stock.onHand -= quantity;
    }
    this.orders.set(orderId, { customer, lines, refundedMinor: 0 });
    return { ok: true, value: { orderId, totalMinor: amountOf(lines), taxMinor: 0, currency: "GBP" } };
  }

  #takeBack(orderId: string, lines: Operations["order.return"]["lines"]): Result<unknown> {
    const order = this.orders.get(orderId);
    if (order === undefined) return refused("unknown_order", `There is no order ${orderId}.`);
    for (const { line, quantity } of lines) {
      const ordered = order.lines.get(line);
      if (ordered === undefined) return refused("line_not_found", `There is no line ${line}.`);
      const stock = this.#stockOf(ordered.sku);
      stock.returned += quantity;
      stock.onHand += quantity;
      stock.available += quantity;
      order.refundedMinor += quantity * ordered.unitPriceMinor;
    }
    return { ok: true, value: { orderId, refundedMinor: order.refundedMinor, currency: "GBP" } };
  }

  #figures(prefix: string): RunFigures {
    const orders = [...this.orders.values()].filter((order) => order.customer.startsWith(prefix));
    const customers = new Map<string, { orderedMinor: number; refundedMinor: number }>();
    const unitsBySku = new Map<string, number>();
    for (const { customer, lines, refundedMinor } of orders) {
      const figures = customers.get(customer) ?? { orderedMinor: 0, refundedMinor: 0 };
      figures.orderedMinor += amountOf(lines);
      figures.refundedMinor += refundedMinor;
      customers.set(customer, figures);
      for (const { sku, quantity } of lines.values())
        unitsBySku.set(sku, (unitsBySku.get(sku) ?? 0) + quantity);
    }
    return { orders: orders.length, customers, unitsBySku };
  }

  #cart(cart: string): Map<number, PretendLine> {
    const lines = this.#carts.get(cart) ?? new Map<number, PretendLine>();
    this.#carts.set(cart, lines);
    return lines;
  }

  #stockOf(sku: string): Stock {
    const stock = this.stock.get(sku);
    if (stock === undefined) throw new Error(`the pretend shop has no ${sku}`);
    return stock;
  }
}

type CommandOf = { [Op in Operation]: { readonly op: Op } & Operations[Op] }[Operation];

/** A refusal with a code. */
export function refusal(code: string, retryAfterMs?: number): Problem {
  const problem = { type: `/problems/${code}`, title: code, status: 409, code, detail: `Refused: ${code}.` };
  return retryAfterMs === undefined ? problem : { ...problem, retryAfterMs };
}

function refused(code: string, detail: string): Result<unknown> {
  return { ok: false, problem: { ...refusal(code), detail } };
}

function amountOf(lines: ReadonlyMap<number, PretendLine>): number {
  let amount = 0;
  for (const { quantity, unitPriceMinor } of lines.values()) amount += quantity * unitPriceMinor;
  return amount;
}
