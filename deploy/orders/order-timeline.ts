import type { OrderEvent, PaymentRequest } from "../../actors/order/messages.ts";
import { refundKeyOf } from "../../actors/order/payment-calls.ts";
import { totalsOf } from "../../actors/order/state.ts";
import { moneyText, plainText, timeText } from "../cli/field-layout.ts";
import type { OrderHistory } from "./order-history.ts";
import { counted } from "./counted.ts";

/** One thing that happened to an order. */
export interface TimelineEntry {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** The event, or the request to the payment provider. */
  readonly type: string;
  /** In a shopkeeper's words. */
  readonly text: string;
}

/** What happened to an order, in order. Says nothing of means of payment. */
export function orderTimeline({ steps, view }: OrderHistory): readonly TimelineEntry[] {
  const words = new TimelineWords(view);
  const voids = new Set<number>();
  return steps.flatMap(({ atMs, events, called, answered }) => {
    const entries: TimelineEntry[] = (events as readonly OrderEvent[]).map((event) => ({
      atMs,
      type: event.type,
      text: words.event(event),
    }));
    // The order does not change by it: only the call is answered.
    const isReleased = answered.some((number) => voids.delete(number));
    if (isReleased) entries.push({ atMs, type: "PaymentVoided", text: "the payment is released" });
    for (const { number, request } of called) {
      const asked = request as PaymentRequest;
      if (asked.type === "Void") voids.add(number);
      entries.push({ atMs, type: asked.type, text: words.request(asked) });
    }
    return entries;
  });
}

/** Words for what happens to one order. */
class TimelineWords {
  readonly #orderId: string;
  readonly #currency: string;
  readonly #lines: OrderHistory["view"]["lines"];

  constructor({ orderId, currency, lines }: OrderHistory["view"]) {
    this.#orderId = orderId;
    this.#currency = currency;
    this.#lines = lines;
  }

  event(event: OrderEvent): string {
    switch (event.type) {
      case "OrderPlaced": {
        const units = event.lines.reduce((sum, { quantity }) => sum + quantity, 0);
        const first = event.status === "securing" ? "; some of its stock is kept longer first" : "";
        const size = `${counted(event.lines.length, "line")}, ${counted(units, "unit")}`;
        return `placed: ${size}, ${this.#money(totalsOf(event.lines).totalMinor)}${first}`;
      }
      case "LineSecured":
      case "OrderSecured":
        return `stock of ${this.#line(event.line)} is kept until ${timeText(event.holdExpiresAtMs)}`;
      case "LineLost":
        return `stock of ${this.#line(event.line)} is lost: ${event.refusal.code}`;
      case "PaymentAuthorised":
        return `authorised, reference ${plainText(event.reference)}`;
      case "LineSold":
        return `${this.#line(event.line)} is sold`;
      case "OrderConfirmed":
        return "confirmed";
      case "PaymentCaptured":
        return "captured";
      case "OrderRefused":
        return `refused: ${event.refusal.code} (${plainText(event.refusal.detail)})`;
      case "ReturnRequested": {
        const what = event.lines.map(({ line, quantity }) => `${quantity} × ${this.#line(line)}`).join(", ");
        return `returned ${what}: ${this.#money(event.refundMinor)} to pay back, reason ${plainText(event.reason)}`;
      }
      case "RefundMade":
        return `refunded ${this.#money(event.refundMinor)}, refund ${refundKeyOf(this.#orderId, event.ticket)}`;
      case "LineRestocked":
        return `${this.#line(event.line)} is back on the shelf`;
    }
  }

  request(request: PaymentRequest): string {
    switch (request.type) {
      case "Authorise":
        return `asked the payment provider to authorise ${this.#money(request.amountMinor)}`;
      case "Capture":
        return `asked the payment provider to capture ${this.#money(request.amountMinor)}`;
      case "Void":
        return "asked the payment provider to release the payment";
      case "Refund":
        return `asked the payment provider to refund ${this.#money(request.amountMinor)}`;
    }
  }

  #line(number: number): string {
    const sku = this.#lines.find(({ line }) => line === number)?.sku;
    return sku === undefined ? `line ${number}` : `line ${number} (${sku})`;
  }

  #money(amountMinor: number): string {
    return moneyText(amountMinor, this.#currency);
  }
}
