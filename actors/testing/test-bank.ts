import { assert } from "../../engine/contract/assert.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { PaymentAnswer, PaymentRequest } from "../order/messages.ts";
import type { TestShop } from "./test-shop.ts";

/** What the bank says to a request to set money aside. `lost` sets it aside, but the answer does not arrive. */
export type Verdict = "authorised" | "declined" | "lost";

/** One payment in the bank's books, minor units. */
export interface Payment {
  readonly amountMinor: number;
  status: "set-aside" | "none" | "released" | "taken";
  readonly refunds: Map<string, number>;
}

/** A bank that keeps books and breaks on anything that a provider would not let pass, such as a double capture. */
export class TestBank {
  readonly payments = new Map<string, Payment>();
  readonly #shop: TestShop;
  readonly #verdict: (token: string) => Verdict;

  constructor(shop: TestShop, verdict: (token: string) => Verdict = () => "authorised") {
    this.#shop = shop;
    this.#verdict = verdict;
  }

  /** Answers the oldest open call. Returns false when there is none. */
  answerOne(): boolean {
    const [call] = this.#shop.calls;
    if (call === undefined) return false;
    const request = call.request;
    assert(isPaymentRequest(request), `${request.type} is no request for a payment provider`);
    this.#shop.answer((candidate) => candidate === request, this.#answerTo(request));
    return true;
  }

  /** Answers calls and delivers messages until nothing is left to do. */
  settleAll(): void {
    do this.#shop.deliverAll();
    while (this.answerOne());
  }

  /** Money taken and not paid back, minor units. */
  balanceMinor(paymentKey: string): number {
    const payment = this.payments.get(paymentKey);
    if (payment?.status !== "taken") return 0;
    return [...payment.refunds.values()].reduce((left, refund) => left - refund, payment.amountMinor);
  }

  #answerTo(request: PaymentRequest): PaymentAnswer {
    const { paymentKey } = request;
    switch (request.type) {
      case "Authorise":
        return this.#authorise(request);
      case "Capture": {
        const payment = this.#paymentOf(paymentKey);
        assert(payment.status === "set-aside", `${paymentKey}: captured while ${payment.status}`);
        assert(request.amountMinor === payment.amountMinor, `${paymentKey}: captured another amount`);
        payment.status = "taken";
        return { type: "PaymentCaptured", paymentKey };
      }
      case "Void": {
        const payment = this.#paymentOf(paymentKey);
        assert(payment.status === "set-aside", `${paymentKey}: voided while ${payment.status}`);
        payment.status = "released";
        return { type: "PaymentVoided", paymentKey };
      }
      case "Refund": {
        const { refundKey, amountMinor } = request;
        const payment = this.#paymentOf(paymentKey);
        assert(payment.status === "taken", `${paymentKey}: refunded while ${payment.status}`);
        assert(!payment.refunds.has(refundKey), `${refundKey}: refunded twice`);
        payment.refunds.set(refundKey, amountMinor);
        assert(this.balanceMinor(paymentKey) >= 0, `${paymentKey}: refunded more than was taken`);
        return { type: "PaymentRefunded", paymentKey, refundKey };
      }
    }
  }

  #authorise(request: Extract<PaymentRequest, { type: "Authorise" }>): PaymentAnswer {
    const { paymentKey, amountMinor, token } = request;
    assert(!this.payments.has(paymentKey), `${paymentKey}: authorised twice`);
    const verdict = this.#verdict(token);
    const status = verdict === "declined" ? "none" : "set-aside";
    this.payments.set(paymentKey, { amountMinor, status, refunds: new Map() });
    switch (verdict) {
      case "authorised":
        return { type: "PaymentAuthorised", paymentKey, reference: `ref-${paymentKey}` };
      case "declined":
        return { type: "PaymentDeclined", paymentKey, reason: "the bank says no" };
      case "lost":
        return { type: "PaymentTimedOut", paymentKey };
    }
  }

  #paymentOf(paymentKey: string): Payment {
    const payment = this.payments.get(paymentKey);
    assert(payment !== undefined, `there is no payment ${paymentKey}`);
    return payment;
  }
}

function isPaymentRequest(request: Typed): request is PaymentRequest {
  return ["Authorise", "Capture", "Void", "Refund"].includes(request.type);
}
