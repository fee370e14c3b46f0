import type { Check, Fault, Fields } from "./checks.ts";
import {
  ADMISSION_MS_MAX,
  ADMISSION_MS_MIN,
  ADMIT_PER_MINUTE_MAX,
  CART_LENGTH_MAX,
  CART_PATTERN,
  CATEGORY_LENGTH_MAX,
  CURRENCY_PATTERN,
  DEADLINE_MS_MAX,
  DESCRIPTION_LENGTH_MAX,
  KEY_LENGTH_MAX,
  KEY_PATTERN,
  LINE_MAX,
  PAYMENT_TOKEN_LENGTH_MAX,
  PRICE_MINOR_MAX,
  QUANTITY_MAX,
  REASON_LENGTH_MAX,
  RETURN_LINES_MAX,
  SALE_ID_LENGTH_MAX,
  TAX_BASIS_POINTS_MAX,
  TICKET_LENGTH_MAX,
  TIME_MS_MAX,
  TITLE_LENGTH_MAX,
} from "./bounds.ts";
import {
  actorId,
  change,
  compile,
  flag,
  invalid,
  list,
  matching,
  nullable,
  opaque,
  plainText,
  record,
  wholeNumber,
} from "./checks.ts";
import type { Operation } from "./messages.ts";

const quantity = wholeNumber(1, QUANTITY_MAX);
const line = wholeNumber(1, LINE_MAX);
const priceMinor = wholeNumber(0, PRICE_MINOR_MAX);
const cart = matching(CART_PATTERN, `1 to ${CART_LENGTH_MAX} letters, digits or any of ._:@+-`);
const title = plainText(1, TITLE_LENGTH_MAX);
const reason = plainText(1, REASON_LENGTH_MAX);
const saleId = plainText(1, SALE_ID_LENGTH_MAX);
const timeMs = wholeNumber(0, TIME_MS_MAX);
const token = plainText(1, PAYMENT_TOKEN_LENGTH_MAX);
const ticket = opaque(TICKET_LENGTH_MAX);
const admitPerMinute = wholeNumber(0, ADMIT_PER_MINUTE_MAX);

/** An idempotency key. */
export const idempotencyKey: Check = matching(
  KEY_PATTERN,
  `1 to ${KEY_LENGTH_MAX} printable ASCII characters`,
);

const sale = record(
  {
    required: {
      id: saleId,
      title,
      unitPriceMinor: priceMinor,
      startsAtMs: timeMs,
      endsAtMs: timeMs,
      limitPerCustomer: nullable(quantity),
    },
    optional: { waitingRoom: flag },
  },
  saleEndsAfterStart,
);

const queueTerms = record(
  {
    required: {
      opensAtMs: timeMs,
      startsAtMs: timeMs,
      endsAtMs: timeMs,
      admitPerMinute,
      admissionMs: wholeNumber(ADMISSION_MS_MIN, ADMISSION_MS_MAX),
    },
  },
  (value, field) => saleEndsAfterStart(value, field) ?? queueOpensBeforeStart(value, field),
);

const product = record({
  required: {
    title,
    description: plainText(0, DESCRIPTION_LENGTH_MAX),
    category: plainText(0, CATEGORY_LENGTH_MAX),
    unitPriceMinor: priceMinor,
    currency: matching(CURRENCY_PATTERN, "an ISO 4217 code of three capital letters"),
    taxBasisPoints: wholeNumber(0, TAX_BASIS_POINTS_MAX),
  },
  optional: { sale: nullable(sale) },
});

/** The arguments of every operation. */
const ARGUMENTS: Readonly<Record<Operation, Fields>> = {
  "cart.add": {
    required: { sku: actorId, quantity },
    optional: { cart, customer: actorId, unitPriceMinor: priceMinor, ticket },
  },
  "cart.quantity": { required: { line, quantity }, optional: { cart, ticket } },
  "cart.remove": { required: { line }, optional: { cart } },
  "cart.extend": { required: { line }, optional: { cart } },
  checkout: { required: { paymentToken: token }, optional: { cart, customer: actorId } },
  "order.return": {
    required: {
      order: actorId,
      lines: list(record({ required: { line, quantity } }), 1, RETURN_LINES_MAX),
      reason,
    },
  },
  "product.list": { required: { sku: actorId, product } },
  "stock.receive": { required: { sku: actorId, quantity } },
  "stock.adjust": { required: { sku: actorId, quantity: change(QUANTITY_MAX), reason } },
  "sale.set": { required: { sku: actorId, sale } },
  "sale.price": { required: { sku: actorId, saleId, unitPriceMinor: priceMinor } },
  "sale.end": { required: { sku: actorId, saleId } },
  "selling.pause": { required: { sku: actorId, reason } },
  "selling.resume": { required: { sku: actorId } },
  "queue.join": { required: { sale: actorId }, optional: { ticket } },
  "queue.open": { required: { sale: actorId, terms: queueTerms } },
  "queue.rate": { required: { sale: actorId, admitPerMinute } },
  "queue.end": { required: { sale: actorId } },
};

const ENVELOPE: Fields = {
  required: { id: wholeNumber(0, Number.MAX_SAFE_INTEGER), op: () => undefined, key: idempotencyKey },
  optional: { deadlineMs: wholeNumber(1, DEADLINE_MS_MAX) },
};

type Compiled = (value: object, prefix: string) => Fault | undefined;

const argumentChecks = new Map<string, Compiled>();
const commandChecks = new Map<string, Compiled>();
for (const [operation, fields] of Object.entries(ARGUMENTS)) {
  argumentChecks.set(operation, compile(fields));
  commandChecks.set(
    operation,
    compile({
      required: { ...ENVELOPE.required, ...fields.required },
      optional: { ...ENVELOPE.optional, ...fields.optional },
    }),
  );
}

/** The check of a whole command frame of this operation; undefined when there is no such operation. */
export function commandCheck(operation: string): Compiled | undefined {
  return commandChecks.get(operation);
}

/** What is wrong with the arguments of an operation, apart from its envelope; undefined when nothing is. */
export function checkArguments(operation: Operation, values: object): Fault | undefined {
  return argumentChecks.get(operation)?.(values, "");
}

/** The names of all operations. */
export const OPERATION_NAMES: readonly string[] = Object.keys(ARGUMENTS);

function saleEndsAfterStart(value: object, field: string): Fault | undefined {
  if (!("startsAtMs" in value && "endsAtMs" in value)) return undefined;
  return Number(value.endsAtMs) > Number(value.startsAtMs)
    ? undefined
    : invalid(`${field}.endsAtMs`, "must be after startsAtMs");
}

function queueOpensBeforeStart(value: object, field: string): Fault | undefined {
  if (!("opensAtMs" in value && "startsAtMs" in value)) return undefined;
  return Number(value.opensAtMs) <= Number(value.startsAtMs)
    ? undefined
    : invalid(`${field}.opensAtMs`, "must not be after startsAtMs");
}
