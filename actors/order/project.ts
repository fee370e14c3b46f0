import type { Address } from "../../engine/contract/address.ts";
import type { RowChange } from "../../engine/contract/row-change.ts";
import { cartOfOrder } from "../mail.ts";
import type { OrderEvent, OrderPlaced } from "./messages.ts";
import { amountOf, totalsOf } from "./state.ts";

const UNCHANGED: readonly RowChange[] = [];

/** Changes to the read model `orders`, one row per order. */
export function projectOrder(event: OrderEvent, address: Address, atMs: number): readonly RowChange[] {
  switch (event.type) {
    case "OrderPlaced":
      return [row(address, { set: placedColumns(event, address, atMs) })];
    case "OrderSecured":
      return [row(address, { set: { status: "authorising" } })];
    case "PaymentAuthorised":
      return [row(address, { set: { status: "selling" } })];
    case "OrderConfirmed":
      return [row(address, { set: { status: "confirmed" } })];
    case "PaymentCaptured":
      return [row(address, { set: { status: "captured" } })];
    case "OrderRefused":
      return [row(address, { set: { status: "refused", refusal_code: event.refusal.code } })];
    case "RefundMade":
      return [row(address, { add: { refunded_minor: event.refundMinor } })];
    case "LineSecured":
    case "LineLost":
    case "LineSold":
    case "LineRestocked":
    case "ReturnRequested":
      return UNCHANGED;
  }
}

function row(address: Address, change: Pick<RowChange, "set" | "add">): RowChange {
  return { model: "orders", tenant: address.tenant, id: address.id, ...change };
}

function placedColumns(event: OrderPlaced, address: Address, atMs: number): NonNullable<RowChange["set"]> {
  const { totalMinor, taxMinor } = totalsOf(event.lines);
  const lines = event.lines.map((ordered) => {
    const { line, sku, title, quantity, unitPriceMinor, taxMinor: lineTaxMinor } = ordered;
    const amountMinor = amountOf(ordered);
    return { line, sku, title, quantity, unitPriceMinor, amountMinor, taxMinor: lineTaxMinor };
  });
  return {
    customer: event.customer,
    cart_id: cartOfOrder(address.id),
    status: event.status,
    placed_at_ms: atMs,
    total_minor: totalMinor,
    tax_minor: taxMinor,
    currency: event.currency,
    lines: JSON.stringify(lines),
    refusal_code: null,
  };
}
