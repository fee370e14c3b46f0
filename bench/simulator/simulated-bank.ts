import type { PaymentAnswer, PaymentRequest } from "../../actors/order/messages.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { CallIdentity, ExternalPort } from "../../engine/ports/external.ts";
import type { Agenda } from "./agenda.ts";
import type { Faults } from "./faults.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** One payment in the books, minor units. */
export interface Payment {
  readonly amountMinor: number;
  status: "declined" | "set-aside" | "released" | "taken";
  /** Times that money was really taken. */
  captures: number;
  readonly refunds: Map<string, number>;
}

/** A token that this bank declines; it takes any other. */
export const DECLINED_TOKEN = "tok_declined";
/** A token whose money is set aside while the caller only hears of a timeout. */
export const TIMEOUT_TOKEN = "tok_timeout";

const WAY_MS = 10;
const DEADLINE_MS = 10_000;

/** The payment provider of a simulation. Its books outlive every process of the shop. */
export class SimulatedBank {
  /** By `tenant/payment key`. */
  readonly payments = new Map<string, Payment>();
  /** What no order of the shop should ever have asked for. */
  readonly contradictions: string[] = [];
  readonly #agenda: Agenda;
  readonly #faults: Faults;
  #downUntilMs = 0;

  constructor(agenda: Agenda, faults: Faults) {
    this.#agenda = agenda;
    this.#faults = faults;
  }

  /** The provider as one process reaches it. */
  connect(process: SimulatedProcess): ExternalPort {
    return { call: (request, identity) => this.#call(process, request, identity) };
  }

  #call(process: SimulatedProcess, request: Typed, { tenant }: CallIdentity): Promise<PaymentAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<PaymentAnswer>();
    const payment = request as PaymentRequest;
    const silent = this.#faults.strikes("bank-silent");
    const late = this.#faults.strikes("bank-late");
    const wayMs = late?.between(100, DEADLINE_MS * 2) ?? WAY_MS;
    if (silent !== undefined) this.#downUntilMs = this.#agenda.nowMs + silent.pick([0, 3_000, 45_000]);
    const isDown = this.#downUntilMs > this.#agenda.nowMs;
    if (isDown) {
      process.plan(wayMs, () => reject(new Error("the payment provider cannot be reached")));
      return promise;
    }
    this.#agenda.plan(wayMs / 2, () => {
      const answer = this.#carryOut(tenant, payment);
      if (silent !== undefined) process.plan(wayMs, () => reject(new Error("the connection broke")));
      else process.plan(wayMs / 2, () => resolve(this.#heard(payment, answer, wayMs)));
    });
    return promise;
  }

  /** What the shop hears: a provider's port gives up at its deadline. */
  #heard(request: PaymentRequest, answer: PaymentAnswer, tookMs: number): PaymentAnswer {
    const { paymentKey } = request;
    if (request.type !== "Authorise" || answer.type !== "PaymentAuthorised") return answer;
    return request.token === TIMEOUT_TOKEN || tookMs > DEADLINE_MS
      ? { type: "PaymentTimedOut", paymentKey }
      : answer;
  }

  #carryOut(tenant: string, request: PaymentRequest): PaymentAnswer {
    const { paymentKey } = request;
    const name = `${tenant}/${paymentKey}`;
    if (request.type === "Authorise") return this.#authorise(name, request);
    const payment = this.payments.get(name);
    if (payment === undefined) {
      this.contradictions.push(`${request.type} of ${name}, which was never authorised`);
      return { type: "PaymentVoided", paymentKey };
    }
    switch (request.type) {
      case "Capture":
        return this.#capture(name, payment, request);
      case "Void":
        if (payment.status === "taken") this.contradictions.push(`${name} is voided, and it is taken`);
        else if (payment.status === "set-aside") payment.status = "released";
        return { type: "PaymentVoided", paymentKey };
      case "Refund":
        return this.#refund(name, payment, request);
    }
  }

  #authorise(name: string, request: Extract<PaymentRequest, { type: "Authorise" }>): PaymentAnswer {
    const { paymentKey, amountMinor, token } = request;
    const known = this.payments.get(name);
    if (known !== undefined && known.amountMinor !== amountMinor)
      this.contradictions.push(`${name} is authorised for ${known.amountMinor}, then for ${amountMinor}`);
    const status = token === DECLINED_TOKEN ? "declined" : "set-aside";
    const payment = known ?? { amountMinor, status, captures: 0, refunds: new Map<string, number>() };
    this.payments.set(name, payment);
    if (payment.status === "declined")
      return { type: "PaymentDeclined", paymentKey, reason: "the bank says no" };
    return { type: "PaymentAuthorised", paymentKey, reference: `ref-${paymentKey}` };
  }

  #capture(
    name: string,
    payment: Payment,
    request: Extract<PaymentRequest, { type: "Capture" }>,
  ): PaymentAnswer {
    const { paymentKey, amountMinor } = request;
    if (amountMinor !== payment.amountMinor)
      this.contradictions.push(`${name} is captured with ${amountMinor}, authorised ${payment.amountMinor}`);
    if (payment.status !== "set-aside" && payment.status !== "taken")
      this.contradictions.push(`${name} is captured, and it is ${payment.status}`);
    if (payment.status === "set-aside") payment.captures += 1;
    payment.status = "taken";
    return { type: "PaymentCaptured", paymentKey };
  }

  #refund(
    name: string,
    payment: Payment,
    request: Extract<PaymentRequest, { type: "Refund" }>,
  ): PaymentAnswer {
    const { paymentKey, refundKey, amountMinor } = request;
    if (payment.status !== "taken")
      this.contradictions.push(`${name} is refunded, and it is ${payment.status}`);
    const earlier = payment.refunds.get(refundKey);
    if (earlier !== undefined && earlier !== amountMinor)
      this.contradictions.push(`${refundKey} is refunded with ${earlier}, then with ${amountMinor}`);
    payment.refunds.set(refundKey, amountMinor);
    return { type: "PaymentRefunded", paymentKey, refundKey };
  }
}
