import type { OrderEvent } from "../../../actors/order/messages.ts";
import type { OrderRecord } from "../../../engine/ports/shop-records.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { CLOUD_EVENT_TYPE, cloudEventText, eventIdOf, eventSource, testEventText } from "../cloud-event.ts";
import type { ShopEvent } from "../shop-event.ts";
import { signatureHeaders } from "../signature.ts";
import { toldOrder } from "../told-order.ts";
import { toldProduct } from "../told-product.ts";

/** Revision of what endpoints are sent. Raised when events of today get more fields, or when there are more events. */
export const WEBHOOK_REVISION = 1;

const SHOP_ID = "0d9c1a3e-4b7f-4c7a-9a55-2f6d1f0a7b11";
const BATCH_ID = "0193570f-2c1e-7a60-b3d4-5e6f70819203";
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PLACED_AT_MS = Date.parse("2026-11-27T18:00:01.250Z");
const AT_MS = PLACED_AT_MS + 350;

const ORDER: OrderRecord = {
  id: "0193570f-1f00-7d21-9c3e-6a1b2c3d4e5f~1",
  customer: "0193570e-aa10-7b02-8f11-0a1b2c3d4e5f",
  placedAtMs: PLACED_AT_MS,
  currency: "EUR",
  totalMinor: 3_230,
  taxMinor: 516,
  lines: [
    {
      line: 1,
      sku: "MUG-BLUE",
      title: "Blue mug",
      quantity: 2,
      unitPriceMinor: 990,
      amountMinor: 1_980,
      taxMinor: 316,
    },
    {
      line: 2,
      sku: "MUG-RED",
      title: "Red mug",
      quantity: 1,
      unitPriceMinor: 1_250,
      amountMinor: 1_250,
      taxMinor: 200,
    },
  ],
};

const ORDER_EVENTS: readonly OrderEvent[] = [
  { type: "OrderConfirmed" },
  { type: "PaymentCaptured" },
  {
    type: "OrderRefused",
    refusal: { code: "payment_declined", detail: "The payment was declined: no funds." },
  },
  {
    type: "ReturnRequested",
    ticket: 1,
    lines: [{ line: 1, quantity: 1 }],
    refundMinor: 990,
    reason: "broken",
  },
  { type: "RefundMade", ticket: 1, refundMinor: 990 },
];

/** One event of each type. */
export function sampleEvents(): readonly ShopEvent[] {
  const events = [
    ...ORDER_EVENTS.map((event) => toldOrder(event, ORDER)),
    toldProduct("MUG-BLUE", 2, 0),
    toldProduct("MUG-BLUE", 0, 500),
  ];
  return events.map((event) => {
    assert(event !== undefined, "every sample is told");
    return event;
  });
}

/** Everything that an endpoint may be sent: headers and body of the first event, and the bodies of all. */
export function webhookSamples(): Readonly<Record<string, unknown>> {
  const source = eventSource(SHOP_ID, "shop");
  const texts = sampleEvents().map((event, ordinal) => {
    const id = eventIdOf({ shard: 17, seq: 20_345, ordinal, batchId: BATCH_ID });
    return { id, text: cloudEventText(event, { id, source, occurredAtMs: AT_MS }) };
  });
  const test = testEventText("0193570f-0000-7000-8000-000000000001", {
    id: "test-0193570f-0000-7000-8000-000000000002",
    source,
    occurredAtMs: AT_MS,
  });
  const { id, text: body } = texts[0] ?? { id: "", text: "" };
  return {
    headers: {
      "content-type": CLOUD_EVENT_TYPE,
      ...signatureHeaders({ id, sentAtMs: AT_MS, body }, [SECRET]),
    },
    signed: body,
    events: [...texts.map(({ text }) => text), test].map((text) => JSON.parse(text) as unknown),
  };
}
