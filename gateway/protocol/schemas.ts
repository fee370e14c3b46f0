import { z } from "zod";
import { ID_LENGTH_MAX, ID_PATTERN } from "../../engine/contract/address.ts";
import {
  ADMISSION_MS_MAX,
  ADMISSION_MS_MIN,
  ADMIT_PER_MINUTE_MAX,
  CART_PATTERN,
  CATEGORY_LENGTH_MAX,
  CURRENCY_PATTERN,
  DEADLINE_MS_MAX,
  DESCRIPTION_LENGTH_MAX,
  KEY_PATTERN,
  LINE_MAX,
  OFFSET_MAX,
  PAGE_LENGTH,
  PAGE_LENGTH_MAX,
  PAYMENT_TOKEN_LENGTH_MAX,
  PLAIN_PATTERN,
  PRICE_MINOR_MAX,
  QUANTITY_MAX,
  REASON_LENGTH_MAX,
  RESUME_MAX,
  RETURN_LINES_MAX,
  SALE_ID_LENGTH_MAX,
  SEARCH_LENGTH_MAX,
  TAX_BASIS_POINTS_MAX,
  TICKET_LENGTH_MAX,
  TIME_MS_MAX,
  TITLE_LENGTH_MAX,
  TOKEN_LENGTH_MAX,
} from "./bounds.ts";
import type { Operation } from "./messages.ts";

/*
 * The frames of clients as schemas, for documentation and for proof: a test finds that they and the guards of
 * `client-frame.ts`, which take a quarter of the time, accept the same frames.
 */

const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);
const CHANNEL_PATTERN = new RegExp(
  `^(?:cart|(?:sku|order|queue)/(?=.{1,${ID_LENGTH_MAX}}$)${ID_PATTERN.source.slice(1, -1)})$`,
);

const plainText = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    .regex(PLAIN_PATTERN)
    .refine((text) => text.isWellFormed(), "no half surrogates");

/** The id of a product, an order or a customer. */
export const id = z.string().max(ID_LENGTH_MAX).regex(ID_PATTERN);

/** An idempotency key. */
export const key = z.string().regex(KEY_PATTERN);

const quantity = wholeNumber(1, QUANTITY_MAX);
const line = wholeNumber(1, LINE_MAX);
const priceMinor = wholeNumber(0, PRICE_MINOR_MAX).describe("Minor units of the currency; includes tax.");
const timeMs = wholeNumber(0, TIME_MS_MAX).describe("Milliseconds since 1970.");
const position = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const cart = z.exactOptional(z.string().regex(CART_PATTERN));
const customer = z.exactOptional(id);
/** Where something can be watched. */
export const channel = z.string().regex(CHANNEL_PATTERN, "cart, sku/ID, order/ID or queue/SALE");
const reason = plainText(1, REASON_LENGTH_MAX);

const saleId = plainText(1, SALE_ID_LENGTH_MAX);

const sale = z
  .strictObject({
    id: saleId,
    title: plainText(1, TITLE_LENGTH_MAX),
    unitPriceMinor: priceMinor,
    startsAtMs: timeMs,
    endsAtMs: timeMs,
    limitPerCustomer: quantity.nullable(),
    waitingRoom: z.exactOptional(
      z.boolean().describe("Only who was let in may buy: the sale has a queue of the same id."),
    ),
  })
  .refine(({ startsAtMs, endsAtMs }) => endsAtMs > startsAtMs, "the sale must end after its start")
  .describe("A sale ends after its start.");

const ticket = z.exactOptional(z.string().min(1).max(TICKET_LENGTH_MAX).describe("What queue.join gave."));
const admitPerMinute = wholeNumber(0, ADMIT_PER_MINUTE_MAX).describe("How many are let in; 0 for nobody.");

const queueTerms = z
  .strictObject({
    opensAtMs: timeMs,
    startsAtMs: timeMs,
    endsAtMs: timeMs,
    admitPerMinute,
    admissionMs: wholeNumber(ADMISSION_MS_MIN, ADMISSION_MS_MAX).describe(
      "How long whoever is let in may buy, milliseconds.",
    ),
  })
  .refine(({ startsAtMs, endsAtMs }) => endsAtMs > startsAtMs, "the sale must end after its start")
  .refine(({ opensAtMs, startsAtMs }) => opensAtMs <= startsAtMs, "it must open before the start")
  .describe("A waiting room opens no later than its sale starts, and ends with it.");

const product = z.strictObject({
  title: plainText(1, TITLE_LENGTH_MAX),
  description: plainText(0, DESCRIPTION_LENGTH_MAX),
  category: plainText(0, CATEGORY_LENGTH_MAX),
  unitPriceMinor: priceMinor,
  currency: z.string().regex(CURRENCY_PATTERN),
  taxBasisPoints: wholeNumber(0, TAX_BASIS_POINTS_MAX),
  sale: z
    .exactOptional(sale.nullable())
    .describe("Null for none; left out, the product keeps the one that it has."),
});

/** Those that are told of by their names. */
export const namedSchemas = { SaleTerms: sale, ProductTerms: product, QueueTerms: queueTerms } as const;

/** The arguments of every operation. */
export const argumentSchemas = {
  "cart.add": { sku: id, quantity, cart, customer, unitPriceMinor: z.exactOptional(priceMinor), ticket },
  "cart.quantity": { line, quantity, cart, ticket },
  "cart.remove": { line, cart },
  "cart.extend": { line, cart },
  checkout: { paymentToken: plainText(1, PAYMENT_TOKEN_LENGTH_MAX), cart, customer },
  "order.return": {
    order: id,
    lines: z.array(z.strictObject({ line, quantity })).min(1).max(RETURN_LINES_MAX),
    reason,
  },
  "product.list": { sku: id, product },
  "stock.receive": { sku: id, quantity },
  "stock.adjust": {
    sku: id,
    quantity: wholeNumber(-QUANTITY_MAX, QUANTITY_MAX)
      .refine((change) => change !== 0, "not 0")
      .meta({ not: { const: 0 } }),
    reason,
  },
  "sale.set": { sku: id, sale },
  "sale.price": { sku: id, saleId, unitPriceMinor: priceMinor },
  "sale.end": { sku: id, saleId },
  "selling.pause": { sku: id, reason },
  "selling.resume": { sku: id },
  "queue.join": { sale: id, ticket },
  "queue.open": { sale: id, terms: queueTerms },
  "queue.rate": { sale: id, admitPerMinute },
  "queue.end": { sale: id },
} as const satisfies Record<Operation, Readonly<Record<string, z.ZodType>>>;

/** What the catalogue is searched by. */
export const searchSchemas = {
  q: plainText(0, SEARCH_LENGTH_MAX).describe("Words to search for."),
  category: plainText(0, SEARCH_LENGTH_MAX).describe("The name of a category."),
  offset: wholeNumber(0, OFFSET_MAX).default(0),
  limit: wholeNumber(1, PAGE_LENGTH_MAX).default(PAGE_LENGTH),
} as const;

/** The frame of a command of each operation. */
export const commandSchemas = new Map<string, z.ZodType>(
  Object.entries(argumentSchemas).map(([op, values]) => [
    op,
    z.strictObject({
      id: position,
      op: z.literal(op),
      key,
      deadlineMs: z.exactOptional(wholeNumber(1, DEADLINE_MS_MAX)),
      ...values,
    }),
  ]),
);

/** The frames of clients that are not commands, by `t`. */
export const controlSchemas = new Map<string, z.ZodType>([
  [
    "hello",
    z.strictObject({
      t: z.literal("hello"),
      token: z.exactOptional(z.string().min(1).max(TOKEN_LENGTH_MAX)),
      resume: z.exactOptional(
        z.array(z.strictObject({ ch: channel, epoch: position, offset: position })).max(RESUME_MAX),
      ),
    }),
  ],
  ...["subscribe", "unsubscribe", "resync"].map((t): [string, z.ZodType] => [
    t,
    z.strictObject({ t: z.literal(t), ch: channel }),
  ]),
  ...["refresh", "ping"].map((t): [string, z.ZodType] => [t, z.strictObject({ t: z.literal(t) })]),
]);

/** Any frame of a client. */
export const clientFrameSchema: z.ZodType = z.union([...commandSchemas.values(), ...controlSchemas.values()]);
