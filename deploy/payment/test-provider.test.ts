import { describe, expect, test } from "bun:test";
import type { PaymentRequest } from "../../actors/order/messages.ts";
import type { CallIdentity } from "../../engine/ports/external.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { PaymentBook, PaymentContradiction } from "./payment-book.ts";
import { paymentPort, type PaymentPort } from "./payment-port.ts";
import { testPaymentProvider } from "./test-provider.ts";

const DEADLINE_MS = 5_000;
const shop: CallIdentity = { tenant: "shop", caller: "shop/order/c1~1", shard: 1, number: 1 };
const otherShop: CallIdentity = { ...shop, tenant: "other" };

function authorise(token: string, terms: { paymentKey?: string; amountMinor?: number } = {}): PaymentRequest {
  return { type: "Authorise", paymentKey: "c1~1", amountMinor: 1200, currency: "GBP", ...terms, token };
}

function capture(amountMinor: number): PaymentRequest {
  return { type: "Capture", paymentKey: "c1~1", amountMinor, currency: "GBP" };
}

function refund(refundKey: string, amountMinor: number): PaymentRequest {
  return { type: "Refund", paymentKey: "c1~1", refundKey, amountMinor, currency: "GBP" };
}

const release: PaymentRequest = { type: "Void", paymentKey: "c1~1" };

/** The provider as orders reach it. */
function provider(clock = new ManualClock()): PaymentPort {
  return paymentPort(testPaymentProvider({ clock }), { clock, deadlineMs: DEADLINE_MS });
}

describe("tokens", () => {
  test("tok_ok sets the money aside without waiting for the clock", async () => {
    expect(await provider().call(authorise("tok_ok"), shop)).toMatchObject({ type: "PaymentAuthorised" });
  });

  test.each([
    ["tok_declined", "card_declined"],
    ["tok_insufficient_funds", "insufficient_funds"],
    ["tok_unheard_of", "unknown_token"],
    ["tok_slow_", "unknown_token"],
  ])("%s is declined as %s", async (token, reason) => {
    const answer = await provider().call(authorise(token), shop);
    expect(answer).toEqual({ type: "PaymentDeclined", paymentKey: "c1~1", reason });
  });

  test("tok_slow_700 answers after 700 ms", async () => {
    const clock = new ManualClock();
    const answer = provider(clock).call(authorise("tok_slow_700"), shop);
    await clock.advance(699);
    expect(Bun.peek.status(answer)).toBe("pending");
    await clock.advance(1);
    expect(await answer).toMatchObject({ type: "PaymentAuthorised" });
  });

  test.each(["tok_timeout", "tok_slow_5001", "tok_slow_999999999"])(
    "%s is a timeout at the deadline, with the money set aside",
    async (token) => {
      const clock = new ManualClock();
      const port = provider(clock);
      const answer = port.call(authorise(token), shop);
      await clock.advance(DEADLINE_MS);
      expect(await answer).toEqual({ type: "PaymentTimedOut", paymentKey: "c1~1" });
      // More than was set aside cannot be captured: so something was.
      await expect(port.call(capture(1201), shop)).rejects.toThrow(PaymentContradiction);
      expect(await port.call(release, shop)).toMatchObject({ type: "PaymentVoided" });
    },
  );

  test("tok_flaky fails once per payment, then works", async () => {
    const port = provider();
    await expect(port.call(authorise("tok_flaky"), shop)).rejects.toThrow("try again");
    expect(await port.call(authorise("tok_flaky"), shop)).toMatchObject({ type: "PaymentAuthorised" });
    await expect(port.call(authorise("tok_flaky", { paymentKey: "c1~2" }), shop)).rejects.toThrow(
      "try again",
    );
  });
});

describe("keys", () => {
  test("the same content again gives the same answer, other content is declined", async () => {
    const port = provider();
    const answer = await port.call(authorise("tok_ok"), shop);
    expect(await port.call(authorise("tok_ok"), shop)).toEqual(answer);
    expect(await port.call(authorise("tok_ok", { amountMinor: 1 }), shop)).toMatchObject({
      type: "PaymentDeclined",
      reason: "key_reused",
    });
    expect(await port.call(authorise("tok_declined"), shop)).toMatchObject({ reason: "key_reused" });
  });

  test("a provider that was started again gives the same reference", async () => {
    expect(await provider().call(authorise("tok_ok"), shop)).toEqual(
      await provider().call(authorise("tok_ok"), shop),
    );
  });

  test("another tenant's payment of the same key is another payment", async () => {
    const port = provider();
    const answer = await port.call(authorise("tok_ok"), shop);
    const other = await port.call(authorise("tok_ok", { amountMinor: 1 }), otherShop);
    expect(other).toMatchObject({ type: "PaymentAuthorised" });
    expect(other).not.toEqual(answer);
  });

  test("only so many payments are remembered", () => {
    const book = new PaymentBook(2);
    for (const paymentKey of ["a", "b", "c", "d"])
      book.authorise(
        { type: "Authorise", paymentKey, token: "tok_ok", amountMinor: 1, currency: "GBP" },
        "shop",
        null,
      );
    expect(book.size).toBe(2);
  });
});

describe("what follows a payment", () => {
  test("a capture has one effect, and never takes more than was set aside", async () => {
    const port = provider();
    await port.call(authorise("tok_ok"), shop);
    await expect(port.call(capture(1201), shop)).rejects.toThrow("cannot be captured");
    expect(await port.call(capture(1200), shop)).toEqual({ type: "PaymentCaptured", paymentKey: "c1~1" });
    expect(await port.call(capture(1200), shop)).toEqual({ type: "PaymentCaptured", paymentKey: "c1~1" });
    await expect(port.call(capture(1100), shop)).rejects.toThrow(PaymentContradiction);
  });

  test("a captured payment cannot be voided, nor a voided one captured", async () => {
    const taken = provider();
    await taken.call(authorise("tok_ok"), shop);
    await taken.call(capture(1200), shop);
    await expect(taken.call(release, shop)).rejects.toThrow("cannot be voided");
    const voided = provider();
    await voided.call(authorise("tok_ok"), shop);
    expect(await voided.call(release, shop)).toEqual({ type: "PaymentVoided", paymentKey: "c1~1" });
    expect(await voided.call(release, shop)).toEqual({ type: "PaymentVoided", paymentKey: "c1~1" });
    await expect(voided.call(capture(1200), shop)).rejects.toThrow("cannot be captured");
  });

  test("refunds have one effect per key and never exceed what was taken", async () => {
    const port = provider();
    await port.call(authorise("tok_ok"), shop);
    await port.call(capture(1200), shop);
    for (const attempt of [1, 2])
      expect([attempt, await port.call(refund("r1", 700), shop)]).toEqual([
        attempt,
        { type: "PaymentRefunded", paymentKey: "c1~1", refundKey: "r1" },
      ]);
    await expect(port.call(refund("r1", 1), shop)).rejects.toThrow(PaymentContradiction);
    await expect(port.call(refund("r2", 501), shop)).rejects.toThrow("500 is left");
    expect(await port.call(refund("r3", 500), shop)).toMatchObject({ type: "PaymentRefunded" });
  });

  test("a declined payment can be neither captured nor refunded, but voided", async () => {
    const port = provider();
    await port.call(authorise("tok_declined"), shop);
    await expect(port.call(capture(1200), shop)).rejects.toThrow("it is declined");
    await expect(port.call(refund("r1", 100), shop)).rejects.toThrow("it is declined");
    expect(await port.call(release, shop)).toMatchObject({ type: "PaymentVoided" });
  });

  test("a refund succeeds where the payment is known and its capture is not: the shard was elsewhere in between", async () => {
    const [here, elsewhere] = [provider(), provider()];
    await here.call(authorise("tok_ok"), shop);
    await elsewhere.call(capture(1200), shop);
    await expect(here.call(refund("r1", 1201), shop)).rejects.toThrow("1200 is left");
    expect(await here.call(refund("r1", 1200), shop)).toMatchObject({ type: "PaymentRefunded" });
    await expect(here.call(release, shop)).rejects.toThrow("cannot be voided");
  });

  test("what follows a payment that was made before a restart succeeds", async () => {
    expect(await provider().call(capture(1200), shop)).toMatchObject({ type: "PaymentCaptured" });
    expect(await provider().call(release, shop)).toMatchObject({ type: "PaymentVoided" });
    expect(await provider().call(refund("r1", 5), shop)).toMatchObject({ type: "PaymentRefunded" });
  });

  test("a payment that was voided before it arrived is declined", async () => {
    const port = provider();
    await port.call(release, shop);
    expect(await port.call(authorise("tok_ok"), shop)).toMatchObject({ reason: "voided" });
  });
});
