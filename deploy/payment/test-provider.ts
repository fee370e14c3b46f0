import type { PaymentAnswerTo } from "../../actors/order/messages.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { PaymentBook } from "./payment-book.ts";
import type { PaymentProvider } from "./payment-port.ts";
import { readToken } from "./test-token.ts";

/** What the test provider needs to know. */
export interface TestPaymentOptions {
  readonly clock: Clock;
  /** Payments remembered; the oldest is forgotten first. Default 20,000. */
  readonly rememberedMax?: number;
}

const REMEMBERED_MAX = 20_000;
// Nobody waits longer for a payment, and one that is slower needs no timer.
const LATENCY_MS_MAX = 60_000;

/**
 * A payment provider that behaves like a real one, for trying and testing the shop. The token decides:
 *
 * | token                    | what happens to `Authorise`                                                    |
 * |--------------------------|--------------------------------------------------------------------------------|
 * | `tok_ok`                 | money is set aside at once (still asynchronously)                              |
 * | `tok_slow_MS`            | the same after MS milliseconds; past a minute like `tok_timeout`               |
 * | `tok_declined`           | declined, reason `card_declined`                                               |
 * | `tok_insufficient_funds` | declined, reason `insufficient_funds`                                          |
 * | `tok_timeout`            | money is set aside, but there is never an answer                               |
 * | `tok_flaky`              | fails once per payment, so that the engine repeats the call, then like `tok_ok` |
 * | anything else            | declined, reason `unknown_token`                                               |
 *
 * The same payment key with the same content has one effect and one answer, with other content it is declined as
 * `key_reused`. References are made from the key, so a provider that was started again gives the same ones.
 * `Capture`, `Void` and `Refund` of a payment that it does not remember succeed: it may have been made before a restart. Each lane
 * has a provider to itself, and shards move: what is set aside here may have been taken elsewhere, and can be refunded.
 */
export function testPaymentProvider(options: TestPaymentOptions): PaymentProvider {
  const { clock, rememberedMax = REMEMBERED_MAX } = options;
  const book = new PaymentBook(rememberedMax);
  return {
    async authorise(request, { tenant }) {
      const behaviour = readToken(request.token);
      if (behaviour.failsFirst && book.isFirstAttempt(tenant, request.paymentKey))
        throw new Error(`the payment ${request.paymentKey} failed on the way; try again`);
      const answer = book.authorise(request, tenant, behaviour.declineReason);
      return behaviour.latencyMs === 0 ? answer : late(clock, answer, behaviour.latencyMs);
    },
    capture: async (request, { tenant }) => book.capture(request, tenant),
    void: async (request, { tenant }) => book.void(request, tenant),
    refund: async (request, { tenant }) => book.refund(request, tenant),
  };
}

function late(
  clock: Clock,
  answer: PaymentAnswerTo<"Authorise">,
  latencyMs: number,
): Promise<PaymentAnswerTo<"Authorise">> {
  return new Promise((resolve) => {
    if (latencyMs <= LATENCY_MS_MAX) clock.after(latencyMs, () => resolve(answer));
  });
}
