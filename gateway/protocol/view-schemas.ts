import { z } from "zod";
import type { RefusalValues } from "../../engine/contract/outcome.ts";
import type { WaitingLine } from "../../engine/contract/waiting-line.ts";
import type { Problem } from "./messages.ts";
import { REFUSAL_CODES } from "./refusal-codes.ts";
import type {
  CartLineView,
  CartView,
  CatalogueEntryView,
  CataloguePageView,
  InventoryView,
  OrderLineView,
  OrderView,
  ProblemDescriptionView,
  QueueView,
  RefusalView,
  SaleView,
  SessionView,
} from "./views.ts";

/*
 * What clients are shown, as schemas, for documentation and for proof: real answers of a shop are held against them. They are
 * open, since fields may be added at any time.
 */

/** A schema for each field of a type, so that the compiler misses none. Whether one may be missing is shown by the samples. */
export type FieldsOf<Type> = { readonly [Name in keyof Type]-?: z.ZodType<Type[Name]> };

/** Any text. */
export const text = z.string();
/** What amounts are in. */
export const currency = z.string().length(3).describe("ISO 4217.");
/** How many. */
export const count = z.int().min(0);

/** The number of a line of a cart or order. */
export const line = z.int().min(1);
/** An amount of money. */
export const amountMinor = z.int().min(0).describe("Minor units of the currency; includes tax.");
/** A moment. */
export const timeMs = z.int().min(0).describe("Milliseconds since 1970.");
const role = z.enum(["shopper", "operator"]);

const saleView = z.object({
  id: text,
  title: text,
  unitPriceMinor: amountMinor,
  startsAtMs: timeMs,
  endsAtMs: timeMs,
  limitPerCustomer: z.int().min(1).nullable().describe("Most units one customer may hold and buy."),
  waitingRoom: z.exactOptional(z.boolean().describe("Who wants to buy waits on queue/SALE to be let in.")),
} satisfies FieldsOf<SaleView>);

const waitingLine = z
  .object({
    base: z.number().min(0).describe("Places that had been let in at sinceMs."),
    sinceMs: timeMs,
    perMinute: count.describe("Places that are let in per minute since then."),
    passed: count.describe("Places below it have had their time to buy."),
  } satisfies FieldsOf<WaitingLine>)
  .describe("How the queue moves, until it is told otherwise.");

const queueView = z.object({
  sale: text,
  opensAtMs: timeMs,
  startsAtMs: timeMs,
  endsAtMs: timeMs,
  admissionMs: count.describe("How long whoever is let in may buy, milliseconds."),
  issued: count.describe("Numbers that were given out: 0 and those after it."),
  shuffle: z
    .object({ size: count, seed: count })
    .nullable()
    .describe("Null until the start. Numbers below size have the place that seed gives them."),
  line: waitingLine,
} satisfies FieldsOf<QueueView>);

const productFields = {
  sku: text,
  title: text,
  category: text,
  currency,
  unitPriceMinor: amountMinor.describe("The price outside a sale; minor units, includes tax."),
  available: count,
  sale: saleView.nullable(),
  paused: z.boolean().describe("Nothing more of it is sold for now."),
} satisfies FieldsOf<InventoryView>;
const inventoryView = z.object(productFields);

const catalogueEntryView = z.object({
  ...productFields,
  description: text,
} satisfies FieldsOf<CatalogueEntryView>);

const cartLineView = z.object({
  line,
  sku: text,
  title: text,
  quantity: count,
  unitPriceMinor: amountMinor,
  taxBasisPoints: count,
  holdExpiresAtMs: timeMs,
  extended: z.boolean(),
} satisfies FieldsOf<CartLineView>);

const cartView = z.object({
  cartId: text,
  lines: z.array(cartLineView),
  currency: currency.nullable(),
  totalMinor: amountMinor,
  taxMinor: count.describe("Tax that the total includes."),
  checkingOut: text.nullable().describe("The order that is being placed from this cart now."),
  orderIds: z.array(text).describe("The cart's orders so far, newest first."),
} satisfies FieldsOf<CartView>);

const refusalValues = z.object({
  sku: z.exactOptional(text),
  title: z.exactOptional(text),
  line: z.exactOptional(line),
  order: z.exactOptional(text),
  sale: z.exactOptional(text),
  quantity: z.exactOptional(z.int()),
  available: z.exactOptional(count),
  limit: z.exactOptional(count),
  remaining: z.exactOptional(count),
  productCurrency: z.exactOptional(currency),
  cartCurrency: z.exactOptional(currency),
} satisfies FieldsOf<RefusalValues>);

const refusalFields = {
  code: text,
  detail: text.describe("One sentence for people."),
  field: z.exactOptional(text.describe("What is wrong.")),
  retryAfterMs: z.exactOptional(count),
  values: z.exactOptional(refusalValues),
} satisfies FieldsOf<RefusalView>;
const refusalView = z.object(refusalFields);

const orderLineView = z.object({
  line,
  sku: text,
  title: text,
  quantity: count,
  unitPriceMinor: amountMinor,
  amountMinor,
  taxMinor: count,
  returnedQuantity: count,
} satisfies FieldsOf<OrderLineView>);

const orderView = z.object({
  orderId: text,
  status: z.enum(["securing", "authorising", "selling", "confirmed", "captured", "refused"]),
  customer: text,
  placedAtMs: timeMs,
  lines: z.array(orderLineView),
  currency,
  totalMinor: amountMinor,
  taxMinor: count,
  refundedMinor: amountMinor,
  refusal: refusalView.nullable(),
} satisfies FieldsOf<OrderView>);

const code = z.enum(REFUSAL_CODES);

const problem = z
  .object({
    ...refusalFields,
    type: text.describe("/problems/CODE, which can be asked for."),
    title: text,
    status: z.int().min(400).max(599),
    code,
  } satisfies FieldsOf<Problem>)
  .describe("A refusal (RFC 9457). Decide by its code.");

const problemDescription = z.object({
  code,
  title: text,
  status: z.int().min(400).max(599),
  retryable: z.boolean().describe("Whether the same key may be sent again without asking anybody."),
} satisfies FieldsOf<ProblemDescriptionView>);

/** Fields of a session, as `welcome` has them, too. */
export const sessionFields = {
  role,
  customer: text,
  cart: text,
  shop: text.describe("Identity of the shop's database."),
  sessionExpiresAtMs: timeMs,
  serverTimeMs: timeMs,
} satisfies FieldsOf<SessionView>;
const sessionView = z.object(sessionFields);

const cataloguePage = z.object({
  entries: z.array(catalogueEntryView),
  total: count.describe("Number of products that match, over all pages."),
} satisfies FieldsOf<CataloguePageView>);

/** What channels show and HTTP answers, by name. */
export const viewSchemas = {
  InventoryView: inventoryView,
  SaleView: saleView,
  QueueView: queueView,
  CartView: cartView,
  CartLineView: cartLineView,
  OrderView: orderView,
  OrderLineView: orderLineView,
  Refusal: refusalView,
  RefusalValues: refusalValues,
  CataloguePage: cataloguePage,
  CatalogueEntry: catalogueEntryView,
  Session: sessionView,
  Problem: problem,
  ProblemDescription: problemDescription,
} as const satisfies Views;

/** The types of all that is shown, so that the compiler sees a schema that lets a field be missing. */
interface Views {
  readonly InventoryView: z.ZodType<InventoryView>;
  readonly SaleView: z.ZodType<SaleView>;
  readonly QueueView: z.ZodType<QueueView>;
  readonly CartView: z.ZodType<CartView>;
  readonly CartLineView: z.ZodType<CartLineView>;
  readonly OrderView: z.ZodType<OrderView>;
  readonly OrderLineView: z.ZodType<OrderLineView>;
  readonly Refusal: z.ZodType<RefusalView>;
  readonly RefusalValues: z.ZodType<RefusalValues>;
  readonly CataloguePage: z.ZodType<CataloguePageView>;
  readonly CatalogueEntry: z.ZodType<CatalogueEntryView>;
  readonly Session: z.ZodType<SessionView>;
  readonly Problem: z.ZodType<Problem>;
  readonly ProblemDescription: z.ZodType<ProblemDescriptionView>;
}
