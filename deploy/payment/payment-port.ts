import { z } from "zod";
import type {
  PaymentAnswer,
  PaymentAnswerTo,
  PaymentRequest,
  PaymentRequestOf,
} from "../../actors/order/messages.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { CallIdentity, ExternalPort } from "../../engine/ports/external.ts";

/**
 * Whoever moves the money. The same payment key (or refund key) with the same content has one effect and one answer, however
 * often it comes. What cannot be carried out now is thrown, and asked for again later.
 */
export interface PaymentProvider {
  /** Sets money aside, or declines. */
  authorise(
    request: PaymentRequestOf<"Authorise">,
    identity: CallIdentity,
  ): Promise<PaymentAnswerTo<"Authorise">>;
  /** Takes money that was set aside. */
  capture(request: PaymentRequestOf<"Capture">, identity: CallIdentity): Promise<PaymentAnswerTo<"Capture">>;
  /** Releases money that may be set aside. A payment that arrives after its release sets nothing aside. */
  void(request: PaymentRequestOf<"Void">, identity: CallIdentity): Promise<PaymentAnswerTo<"Void">>;
  /** Pays money back that was taken. */
  refund(request: PaymentRequestOf<"Refund">, identity: CallIdentity): Promise<PaymentAnswerTo<"Refund">>;
}

/** How long a provider is waited for. */
export interface PaymentPortOptions {
  readonly clock: Clock;
  /** An `Authorise` that takes longer is answered with `PaymentTimedOut`, anything else has failed; ms. Default 10,000. */
  readonly deadlineMs?: number;
}

/** An external port that answers in the language of orders. */
export interface PaymentPort extends ExternalPort {
  call(request: Typed, identity: CallIdentity): Promise<PaymentAnswer>;
}

const DEADLINE_MS = 10_000;

const paymentKey = z.string();

/** What each request may be answered with; whatever a provider says beside it is left out. */
const answers = {
  Authorise: z.discriminatedUnion("type", [
    z.object({ type: z.literal("PaymentAuthorised"), paymentKey, reference: z.string() }),
    z.object({ type: z.literal("PaymentDeclined"), paymentKey, reason: z.string() }),
    z.object({ type: z.literal("PaymentTimedOut"), paymentKey }),
  ]),
  Capture: z.object({ type: z.literal("PaymentCaptured"), paymentKey }),
  Void: z.object({ type: z.literal("PaymentVoided"), paymentKey }),
  Refund: z.object({ type: z.literal("PaymentRefunded"), paymentKey, refundKey: z.string() }),
} satisfies { readonly [Type in PaymentRequest["type"]]: z.ZodType<PaymentAnswerTo<Type>> };

/**
 * The port `payment` of orders over a provider. An order takes what it does not wait for as nothing, and its call as
 * answered: so only an answer that fits its request gets to it, in time, and what does not is a call that has failed.
 */
export function paymentPort(provider: PaymentProvider, options: PaymentPortOptions): PaymentPort {
  const { clock, deadlineMs = DEADLINE_MS } = options;
  return {
    async call(request, identity) {
      if (!isPaymentRequest(request)) throw new Error(`${request.type} is no request for a payment provider`);
      const late = Promise.withResolvers<PaymentAnswer>();
      const cancel = clock.after(deadlineMs, () => {
        const { type, paymentKey: key } = request;
        if (type === "Authorise") late.resolve({ type: "PaymentTimedOut", paymentKey: key });
        else late.reject(new Error(`the payment provider has not answered within ${deadlineMs} ms`));
      });
      try {
        return fitting(request, await Promise.race([ask(provider, request, identity), late.promise]));
      } finally {
        cancel();
      }
    },
  };
}

function ask(
  provider: PaymentProvider,
  request: PaymentRequest,
  identity: CallIdentity,
): Promise<PaymentAnswer> {
  switch (request.type) {
    case "Authorise":
      return provider.authorise(request, identity);
    case "Capture":
      return provider.capture(request, identity);
    case "Void":
      return provider.void(request, identity);
    case "Refund":
      return provider.refund(request, identity);
  }
}

/** The answer, if it is one to this request: what came over a wire has no type. */
function fitting(request: PaymentRequest, answer: unknown): PaymentAnswer {
  const { success, data, error } = answers[request.type].safeParse(answer);
  if (success && isAbout(request, data)) return data;
  throw new Error(
    `what the payment provider answers to ${request.type} of ${request.paymentKey} is no answer to that`,
    { cause: error },
  );
}

function isAbout(request: PaymentRequest, answer: PaymentAnswer): boolean {
  if (
    request.type === "Refund" &&
    answer.type === "PaymentRefunded" &&
    answer.refundKey !== request.refundKey
  )
    return false;
  return answer.paymentKey === request.paymentKey;
}

function isPaymentRequest(request: Typed): request is PaymentRequest {
  return Object.hasOwn(answers, request.type);
}
