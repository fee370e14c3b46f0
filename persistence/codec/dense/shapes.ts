/** The names of a record's fields in their order. A record with a `type` has it first, and it is part of the shape. */
export interface Shape {
  /** Empty when the record has none. */
  readonly type: string;
  readonly fields: readonly string[];
}

/** Shapes that the second byte of a record can tell apart. */
export const SHAPES_MAX = 128;

/**
 * Records of the shop: they are written as the number of their shape and their values, without a name.
 *
 * Stored data depends on the position of each: new shapes go to the end, none is ever moved, changed or taken out. A record
 * that is not here is written with its names, so the list only decides how many bytes are used.
 */
export const SHAPES: readonly Shape[] = [
  shape("HoldSold", "holdId", "orderId", "quantity"),
  shape("PaymentAuthorised", "reference"),
  shape("OrderConfirmed"),
  shape("CheckOutConfirmed", "orderId"),
  shape("Capture", "paymentKey", "amountMinor", "currency"),
  shape("", "orderId", "totalMinor", "taxMinor", "currency"),
  shape("", "line", "sku", "title", "quantity", "unitPriceMinor", "taxMinor"),
  shape("OrderPlaced", "status", "customer", "currency", "lines", "securing", "paymentToken", "ticket"),
  shape("CheckedOut", "orderId", "ticket"),
  shape("Authorise", "paymentKey", "token", "amountMinor", "currency"),
  shape("PaymentCaptured"),
  shape(
    "LineHeld",
    "line",
    "sku",
    "title",
    "quantity",
    "unitPriceMinor",
    "currency",
    "taxBasisPoints",
    "holdExpiresAtMs",
  ),
  shape("", "line", "sku", "quantity", "unitPriceMinor", "currency", "holdExpiresAtMs"),
  shape("HoldPlaced", "holdId", "customer", "quantity", "unitPriceMinor", "expiresAtMs"),
  shape("", "code", "detail", "field"),
  shape(
    "",
    "line",
    "sku",
    "title",
    "quantity",
    "unitPriceMinor",
    "taxMinor",
    "fate",
    "securedUntilMs",
    "returnedQuantity",
  ),
  shape("", "title", "description", "category", "unitPriceMinor", "currency", "taxBasisPoints", "sale"),
  shape("", "id", "title", "unitPriceMinor", "startsAtMs", "endsAtMs", "limitPerCustomer"),
  shape("OrderEnded", "orderId", "ticket", "answer"),
  shape(
    "",
    "phase",
    "customer",
    "currency",
    "placedAtMs",
    "checkOutTicket",
    "paymentToken",
    "lines",
    "refundedMinor",
    "refusal",
    "awaited",
    "returns",
  ),
  shape("", "holdId", "customer", "quantity", "unitPriceMinor", "expiresAtMs", "extended", "limitRound"),
  shape("CartOpened", "customer"),
  shape("", "customer", "currency", "lines", "checkingOut", "orderCount", "orderIds"),
  shape(
    "",
    "line",
    "sku",
    "title",
    "quantity",
    "unitPriceMinor",
    "taxBasisPoints",
    "holdExpiresAtMs",
    "extended",
    "changeTicket",
    "lapsed",
  ),
  shape("refused", "refusal", "lostLines", "securedLines"),
  shape("refused", "refusal"),
  shape("", "code", "detail", "field", "retryAfterMs"),
  shape("", "line", "quantity"),
  shape("ProductListed", "product"),
  shape("StockReceived", "quantity"),
  shape("", "product", "received", "adjusted", "sold", "returned", "limitRound", "holds", "allowances"),
  shape("", "customer", "held", "bought"),
  shape("WakeUp"),
  shape("QuantityChangeRequested", "line", "ticket"),
  shape("HoldAnswered", "holdId", "ticket", "answer"),
  shape("ExtensionAnswered", "holdId", "ticket", "answer"),
  shape("", "line", "holdExpiresAtMs"),
  shape("ReturnRequested", "ticket", "lines", "refundMinor", "reason"),
  shape("", "ticket", "refundMinor", "refunded", "restocking"),
  shape("LineSold", "line"),
  shape(
    "",
    "line",
    "sku",
    "title",
    "quantity",
    "unitPriceMinor",
    "taxBasisPoints",
    "holdExpiresAtMs",
    "extended",
  ),
  shape("LineUnavailable", "line", "refusal"),
  shape("HoldExtended", "holdId", "expiresAtMs"),
  shape("StockReturned", "orderId", "customer", "quantity"),
  shape("StockAdjusted", "quantity", "reason"),
  shape("HoldReleased", "holdId", "quantity"),
  shape("HoldExpired", "holdId", "quantity"),
  shape("HoldSecured", "holdId", "orderId", "expiresAtMs"),
  shape("HoldResized", "holdId", "quantity", "previousQuantity"),
  shape("PlaceHold", "holdId", "customer", "quantity", "ticket"),
  shape("SellHold", "holdId", "orderId", "line"),
  shape("ReturnStock", "orderId", "line", "customer", "quantity"),
  shape("ExtendHold", "holdId", "ticket"),
  shape("ReleaseHold", "holdId"),
  shape("SecureHold", "holdId", "orderId", "line", "customer", "quantity", "unitPriceMinor"),
  shape("PlaceHold", "holdId", "customer", "quantity", "unitPriceMinor", "ticket"),
  shape("LineLapsed", "line"),
  shape("", "orderId", "ticket", "lines"),
  shape("LineExtended", "line", "holdExpiresAtMs"),
  shape("CheckOutRefused", "orderId", "removedLines", "securedLines"),
  shape("QuantityChangeRefused", "line", "ticket"),
  shape("LineRemoved", "line"),
  shape("LineExpired", "line"),
  shape("QuantityChanged", "line", "ticket", "quantity", "unitPriceMinor", "holdExpiresAtMs"),
  shape("held", "sku", "title", "quantity", "unitPriceMinor", "currency", "taxBasisPoints", "expiresAtMs"),
  shape("confirmed", "totalMinor", "taxMinor", "currency"),
  shape("LineExpired", "holdId"),
  shape("extended", "expiresAtMs"),
  shape("LineLost", "line", "refusal"),
  shape("LineSecured", "line", "holdExpiresAtMs"),
  shape("OrderSecured", "line", "holdExpiresAtMs"),
  shape("LineRestocked", "line", "ticket"),
  shape("RefundMade", "ticket", "refundMinor"),
  shape("OrderRefused", "refusal"),
  shape("PlaceOrder", "customer", "paymentToken", "currency", "lines", "ticket"),
  shape("PaymentAuthorised", "paymentKey", "reference"),
  shape("PaymentTimedOut", "paymentKey"),
  shape("PaymentCaptured", "paymentKey"),
  shape("PaymentVoided", "paymentKey"),
  shape("LineRestocked", "line", "quantity"),
  shape("PaymentRefunded", "paymentKey", "refundKey"),
  shape("PaymentDeclined", "paymentKey", "reason"),
  shape("LineSecured", "line", "expiresAtMs"),
  shape("Void", "paymentKey"),
  shape("Refund", "paymentKey", "refundKey", "amountMinor", "currency"),
];

/** The shapes as a tree of their names: one is found by comparing each name with the few that may follow. */
class ShapePath {
  readonly #name: string;
  readonly #following: ShapePath[] = [];
  /** The number of the shape that ends here; -1 when none does. */
  #number = -1;

  constructor(name: string) {
    this.#name = name;
  }

  get number(): number {
    return this.#number;
  }

  /** The path that goes on with `name`; undefined when no shape does. */
  next(name: string): ShapePath | undefined {
    for (const path of this.#following) if (path.#name === name) return path;
    return undefined;
  }

  /** Adds the shape of that number. */
  add(fields: readonly string[], number: number): void {
    const [name, ...rest] = fields;
    if (name === undefined) this.#number = number;
    else this.#child(name).add(rest, number);
  }

  #child(name: string): ShapePath {
    const known = this.next(name);
    if (known !== undefined) return known;
    const path = new ShapePath(name);
    this.#following.push(path);
    return path;
  }
}

// Where the shapes of each type begin; those without a type under the empty text.
const PATHS: ReadonlyMap<string, ShapePath> = pathsOf(SHAPES);
const UNTYPED = PATHS.get("");

/**
 * The number of a record's shape, -1 when it has none. Puts the record's values into `values`, from `start` on, without its
 * type.
 */
export function shapeOf(record: Readonly<Record<string, unknown>>, values: unknown[], start: number): number {
  let end = start;
  let path: ShapePath | undefined;
  for (const name in record) {
    const value = record[name];
    if (value === undefined) continue;
    if (path === undefined && name === "type" && typeof value === "string" && value !== "") {
      path = PATHS.get(value);
      if (path !== undefined) continue;
    }
    path = (path ?? UNTYPED)?.next(name);
    if (path === undefined) return -1;
    values[end] = value;
    end += 1;
  }
  return path?.number ?? -1;
}

function pathsOf(shapes: readonly Shape[]): ReadonlyMap<string, ShapePath> {
  const paths = new Map<string, ShapePath>();
  for (const [number, { type, fields }] of shapes.entries()) {
    const path = paths.get(type) ?? new ShapePath(type);
    path.add(fields, number);
    paths.set(type, path);
  }
  return paths;
}

function shape(type: string, ...fields: readonly string[]): Shape {
  return { type, fields };
}
