import type { PaymentAnswerTo, PaymentRequestOf } from "../../actors/order/messages.ts";
import { NewestEntries } from "./newest-entries.ts";

/** One payment, minor units. */
interface Payment {
  /** What it was made with, to recognise a key that is used for something else; null after a restart. */
  readonly request: PaymentRequestOf<"Authorise"> | null;
  /** Why it was declined; null when it was not. */
  readonly declineReason: string | null;
  status: "declined" | "set-aside" | "taken" | "released";
  /** Highest amount that may be taken or paid back; infinite after a restart. */
  limitMinor: number;
  /** Amounts by refund key. Made with the first one: most payments are never paid back. */
  refunds: Map<string, number> | undefined;
}

/** A request that contradicts what the provider knows, such as a refund before a capture: a fault of the caller. */
export class PaymentContradiction extends Error {
  override readonly name = "PaymentContradiction";
}

/** The test provider's memory of payments by tenant and key, the newest `rememberedMax` of them. */
export class PaymentBook {
  readonly #payments: NewestEntries<Payment>;
  readonly #attempts: NewestEntries<true>;

  constructor(rememberedMax: number) {
    this.#payments = new NewestEntries(rememberedMax);
    this.#attempts = new NewestEntries(rememberedMax);
  }

  /** Number of payments remembered. */
  get size(): number {
    return this.#payments.size;
  }

  /** Tells whether nobody has tried this payment before, and remembers that somebody has now. */
  isFirstAttempt(tenant: string, paymentKey: string): boolean {
    const name = nameOf(tenant, paymentKey);
    if (this.#attempts.get(name) === true) return false;
    this.#attempts.set(name, true);
    return true;
  }

  /** Sets the money aside, or declines for the reason given; the same again gives the same answer. */
  authorise(
    request: PaymentRequestOf<"Authorise">,
    tenant: string,
    declineReason: string | null,
  ): PaymentAnswerTo<"Authorise"> {
    const { paymentKey, amountMinor } = request;
    const name = nameOf(tenant, paymentKey);
    const known = this.#payments.get(name);
    // A payment known only by what followed it was made before a restart: what it was made with is forgotten.
    if (known !== undefined && known.request !== null)
      return isSame(known.request, request)
        ? answerTo(request, name, known.declineReason)
        : declinedAs(paymentKey, "key_reused");
    const reason = known?.status === "released" ? "voided" : declineReason;
    const status = known?.status ?? (reason === null ? "set-aside" : "declined");
    const refunds = known?.refunds;
    this.#payments.set(name, { request, declineReason: reason, status, limitMinor: amountMinor, refunds });
    return answerTo(request, name, reason);
  }

  /** Takes money that was set aside. @throws {PaymentContradiction} */
  capture(request: PaymentRequestOf<"Capture">, tenant: string): PaymentAnswerTo<"Capture"> {
    const { paymentKey, amountMinor } = request;
    const payment = this.#paymentOf(tenant, paymentKey, "set-aside");
    const isRepeated = payment.status === "taken" && payment.limitMinor === amountMinor;
    if (!isRepeated) {
      if (payment.status !== "set-aside") throw contradiction(paymentKey, "captured", payment);
      if (amountMinor > payment.limitMinor)
        throw new PaymentContradiction(
          `${paymentKey}: ${amountMinor} cannot be captured of ${payment.limitMinor} set aside`,
        );
      payment.status = "taken";
      payment.limitMinor = amountMinor;
    }
    return { type: "PaymentCaptured", paymentKey };
  }

  /** Releases money that may be set aside. @throws {PaymentContradiction} */
  void(request: PaymentRequestOf<"Void">, tenant: string): PaymentAnswerTo<"Void"> {
    const { paymentKey } = request;
    const payment = this.#paymentOf(tenant, paymentKey, "set-aside");
    if (payment.status === "taken") throw contradiction(paymentKey, "voided", payment);
    if (payment.status === "set-aside") payment.status = "released";
    return { type: "PaymentVoided", paymentKey };
  }

  /** Pays money back that was taken, once per refund key. @throws {PaymentContradiction} */
  refund(request: PaymentRequestOf<"Refund">, tenant: string): PaymentAnswerTo<"Refund"> {
    const { paymentKey, refundKey, amountMinor } = request;
    const payment = this.#paymentOf(tenant, paymentKey, "taken");
    // While its shard was at another lane, which has another book.
    if (payment.status === "set-aside") payment.status = "taken";
    if (payment.status !== "taken") throw contradiction(paymentKey, "refunded", payment);
    payment.refunds ??= new Map();
    const earlierMinor = payment.refunds.get(refundKey);
    if (earlierMinor === undefined) {
      const refundedMinor = [...payment.refunds.values()].reduce((sum, part) => sum + part, 0);
      if (refundedMinor + amountMinor > payment.limitMinor)
        throw new PaymentContradiction(
          `${paymentKey}: ${amountMinor} cannot be refunded, ${payment.limitMinor - refundedMinor} is left`,
        );
      payment.refunds.set(refundKey, amountMinor);
    } else if (earlierMinor !== amountMinor)
      throw new PaymentContradiction(`${refundKey}: refunded ${earlierMinor} before, not ${amountMinor}`);
    return { type: "PaymentRefunded", paymentKey, refundKey };
  }

  /** The payment, which is taken to be in `assumed` when it is not remembered. */
  #paymentOf(tenant: string, paymentKey: string, assumed: Payment["status"]): Payment {
    const name = nameOf(tenant, paymentKey);
    const known = this.#payments.get(name);
    if (known !== undefined) return known;
    const limitMinor = Number.POSITIVE_INFINITY;
    const payment = { request: null, declineReason: null, status: assumed, limitMinor, refunds: undefined };
    this.#payments.set(name, payment);
    return payment;
  }
}

function isSame(left: PaymentRequestOf<"Authorise">, right: PaymentRequestOf<"Authorise">): boolean {
  return (
    left.amountMinor === right.amountMinor && left.currency === right.currency && left.token === right.token
  );
}

function answerTo(
  request: PaymentRequestOf<"Authorise">,
  name: string,
  declineReason: string | null,
): PaymentAnswerTo<"Authorise"> {
  const { paymentKey } = request;
  if (declineReason !== null) return declinedAs(paymentKey, declineReason);
  return { type: "PaymentAuthorised", paymentKey, reference: referenceOf(name) };
}

function nameOf(tenant: string, paymentKey: string): string {
  return `${tenant}/${paymentKey}`;
}

function referenceOf(name: string): string {
  const { xxHash32 } = Bun.hash;
  return `test_${xxHash32(name).toString(36)}_${xxHash32(name, 1).toString(36)}`;
}

function declinedAs(paymentKey: string, reason: string): PaymentAnswerTo<"Authorise"> {
  return { type: "PaymentDeclined", paymentKey, reason };
}

function contradiction(paymentKey: string, what: string, payment: Payment): PaymentContradiction {
  return new PaymentContradiction(`${paymentKey}: cannot be ${what}, it is ${payment.status}`);
}
