import type { Typed } from "../../engine/contract/decider.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { CallIdentity, ExternalPort } from "../../engine/ports/external.ts";
import type { PaymentAnswer, PaymentRequest } from "../../actors/order/messages.ts";
import { PaymentBook } from "./payment-book.ts";
import { readToken } from "./test-token.ts";

/** What the test provider needs to know. */
export interface TestPaymentOptions {
  readonly clock: Clock;
  /** A payment that takes longer is answered with `PaymentTimedOut` at this moment, milliseconds. Default 10,000. */
  readonly deadlineMs?: number;
  /** Payments remembered; the oldest is forgotten first. Default 20,000. */
  readonly rememberedMax?: number;
}

/** An external port that answers in the language of orders. */
export interface PaymentProvider extends ExternalPort {
  call(request: Typed, identity: CallIdentity): Promise<PaymentAnswer>;
}

const DEADLINE_MS = 10_000;
const REMEMBERED_MAX = 20_000;

/**
 * A payment provider that behaves like a real one, for trying and testing the shop. The token decides:
 *
 * | token                    | what happens to `Authorise`                                                    |
 * |--------------------------|--------------------------------------------------------------------------------|
 * | `tok_ok`                 | money is set aside at once (still asynchronously)                              |
 * | `tok_slow_MS`            | the same after MS milliseconds; past the deadline like `tok_timeout`           |
 * | `tok_declined`           | declined, reason `card_declined`                                               |
 * | `tok_insufficient_funds` | declined, reason `insufficient_funds`                                          |
 * | `tok_timeout`            | money is set aside, but `PaymentTimedOut` is all one hears, after the deadline |
 * | `tok_flaky`              | fails once per payment, so that the engine repeats the call, then like `tok_ok` |
 * | anything else            | declined, reason `unknown_token`                                               |
 *
 * The same payment key with the same content has one effect and one answer, with other content it is declined as
 * `key_reused`. References are made from the key, so a provider that was started again gives the same ones.
 * `Capture`, `Void` and `Refund` of a payment that it does not remember succeed: it may have been made before a restart.
 */
export function testPaymentProvider(options: TestPaymentOptions): PaymentProvider {
  const { clock, deadlineMs = DEADLINE_MS, rememberedMax = REMEMBERED_MAX } = options;
  const book = new PaymentBook(rememberedMax);

  function authorise(
    request: Extract<PaymentRequest, { type: "Authorise" }>,
    tenant: string,
  ): PaymentAnswer | Promise<PaymentAnswer> {
    const behaviour = readToken(request.token);
    if (behaviour.failsFirst && book.isFirstAttempt(tenant, request.paymentKey))
      throw new Error(`the payment ${request.paymentKey} failed on the way; try again`);
    const answer = book.authorise(request, tenant, behaviour.declineReason);
    if (behaviour.latencyMs === 0) return answer;
    return late(request.paymentKey, answer, behaviour.latencyMs);
  }

  async function late(paymentKey: string, answer: PaymentAnswer, latencyMs: number): Promise<PaymentAnswer> {
    await pause(clock, Math.min(latencyMs, deadlineMs));
    return latencyMs > deadlineMs ? { type: "PaymentTimedOut", paymentKey } : answer;
  }

  return {
    async call(request: Typed, identity: CallIdentity): Promise<PaymentAnswer> {
      if (!isPaymentRequest(request)) throw new Error(`${request.type} is no request for a payment provider`);
      const { tenant } = identity;
      switch (request.type) {
        case "Authorise":
          return authorise(request, tenant);
        case "Capture":
          return book.capture(request, tenant);
        case "Void":
          return book.void(request, tenant);
        case "Refund":
          return book.refund(request, tenant);
      }
    },
  };
}

function pause(clock: Clock, durationMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(durationMs, resolve));
}

function isPaymentRequest(request: Typed): request is PaymentRequest {
  switch (request.type) {
    case "Authorise":
    case "Capture":
    case "Void":
    case "Refund":
      return true;
  }
  return false;
}
