import { describe, expect, test } from "bun:test";
import type { PaymentRequest } from "../../actors/order/messages.ts";
import type { CallIdentity } from "../../engine/ports/external.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { paymentPort, type PaymentProvider } from "./payment-port.ts";

const DEADLINE_MS = 5_000;
const paymentKey = "c1~1";
const money = { paymentKey, amountMinor: 1200, currency: "GBP" };
const identity: CallIdentity = { tenant: "shop", caller: "shop/order/c1~1", shard: 1, number: 1 };

const authorise: PaymentRequest = { type: "Authorise", ...money, token: "tok_ok" };
const capture: PaymentRequest = { type: "Capture", ...money };
const release: PaymentRequest = { type: "Void", paymentKey };
const refund: PaymentRequest = { type: "Refund", ...money, refundKey: "c1~1/2" };

const authorised = { type: "PaymentAuthorised", paymentKey, reference: "r1" };
const timedOut = { type: "PaymentTimedOut", paymentKey };
const captured = { type: "PaymentCaptured", paymentKey };
const voided = { type: "PaymentVoided", paymentKey };
const refunded = { type: "PaymentRefunded", paymentKey, refundKey: "c1~1/2" };

/** A port whose provider answers everything in one way, right or wrong, as a page of somebody else's server does. */
function portWith(answer: () => Promise<unknown>) {
  const clock = new ManualClock();
  const provider = { authorise: answer, capture: answer, void: answer, refund: answer };
  return { clock, port: paymentPort(provider as PaymentProvider, { clock, deadlineMs: DEADLINE_MS }) };
}

const never = (): Promise<unknown> => new Promise(() => undefined);

describe("an answer", () => {
  test.each([
    [authorise, authorised],
    [authorise, { type: "PaymentDeclined", paymentKey, reason: "card_declined" }],
    [authorise, timedOut],
    [capture, captured],
    [release, voided],
    [refund, refunded],
  ])("to %j may be %j", async (request, answer) => {
    const { port, clock } = portWith(() => Promise.resolve({ ...answer, receivedBy: "node-7" }));
    expect(await port.call(request, identity)).toEqual(answer as never);
    expect(clock.plannedCount).toBe(0);
  });

  // An order would wait for ever for what it has not been told: a call that fails is made again.
  test.each([
    [authorise, captured],
    [authorise, { ...authorised, reference: 12 }],
    [authorise, { ...authorised, paymentKey: "c2~1" }],
    [authorise, undefined],
    [capture, timedOut],
    [capture, voided],
    [capture, { type: "PaymentDeclined", paymentKey, reason: "expired" }],
    [capture, { ...captured, paymentKey: "c2~1" }],
    [capture, null],
    [release, timedOut],
    [release, "voided"],
    [refund, timedOut],
    [refund, { ...refunded, refundKey: "c1~1/3" }],
  ])("to %j that is %j is none: the call has failed", async (request, answer) => {
    const { port } = portWith(() => Promise.resolve(answer));
    await expect(port.call(request, identity)).rejects.toThrow(
      `what the payment provider answers to ${request.type} of c1~1 is no answer to that`,
    );
  });
});

describe("a provider that does not answer", () => {
  test("has timed out at the deadline: an order that waits for its money is not left open", async () => {
    const { clock, port } = portWith(never);
    const answer = port.call(authorise, identity);
    await clock.advance(DEADLINE_MS - 1);
    expect(clock.plannedCount).toBe(1);
    await clock.advance(1);
    expect(await answer).toEqual({ type: "PaymentTimedOut", paymentKey });
  });

  test.each([capture, release, refund])("to %j has failed at the deadline", async (request) => {
    const { clock, port } = portWith(never);
    const failure = port.call(request, identity).catch(String);
    await clock.advance(DEADLINE_MS);
    expect(await failure).toContain("the payment provider has not answered within 5000 ms");
  });

  test("and fails afterwards disturbs nobody", async () => {
    const { promise, reject } = Promise.withResolvers<unknown>();
    const { clock, port } = portWith(() => promise);
    const answer = port.call(authorise, identity);
    await clock.advance(DEADLINE_MS);
    expect(await answer).toEqual({ type: "PaymentTimedOut", paymentKey });
    reject(new Error("the connection broke"));
    await clock.settle();
  });
});

test("a provider that fails has failed at once", async () => {
  const { port, clock } = portWith(() => Promise.reject(new Error("the provider is away")));
  await expect(port.call(authorise, identity)).rejects.toThrow("the provider is away");
  expect(clock.plannedCount).toBe(0);
});

test("what is no request for a payment provider is not carried out", async () => {
  const { port } = portWith(() => Promise.resolve(authorised));
  await expect(port.call({ type: "Charge" }, identity)).rejects.toThrow("Charge is no request");
});
