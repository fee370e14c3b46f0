import type { Data } from "./data.ts";

/** An expected "no": data, never thrown. */
export interface Refusal {
  /** Stable, machine-readable reason in snake_case, such as `sold_out`. */
  readonly code: string;
  /** One sentence for people. */
  readonly detail: string;
  /** The field of the command that the refusal is about. */
  readonly field?: string;
  /** Present when the same command may succeed later, milliseconds from now. */
  readonly retryAfterMs?: number;
  /** The numbers and names that `detail` tells of, for programs. Refusals of older releases have none. */
  readonly values?: RefusalValues;
}

/**
 * What a refusal is about, in numbers and names; which of them it has depends on its code. They belong to the protocol of
 * clients: actors pass them on as they are, and no state may depend on one.
 */
export type RefusalValues = {
  /** The product. */
  readonly sku?: string;
  /** The product's title. */
  readonly title?: string;
  /** The line of the cart, or of the order. */
  readonly line?: number;
  readonly order?: string;
  /** The id of a sale. */
  readonly sale?: string;
  /** Units that were asked for. */
  readonly quantity?: number;
  /** Units of the product that are left, with those that the line holds already. */
  readonly available?: number;
  /** The most that is allowed: units of a customer, lines of a cart, characters of a text, bytes of a body. */
  readonly limit?: number;
  /** Units that are left of a customer's limit, or of a line that can still be returned. */
  readonly remaining?: number;
  /** What the product is sold in; ISO 4217. */
  readonly productCurrency?: string;
  /** What the cart is in; ISO 4217. */
  readonly cartCurrency?: string;
};

/** What a command came to: done with a reply, or refused. */
export type Outcome =
  { readonly type: "done"; readonly reply: Data } | { readonly type: "refused"; readonly refusal: Refusal };

/** The outcome of a command that was carried out. */
export function done(reply: Data): Outcome {
  return { type: "done", reply };
}

/** The outcome of a command that was refused. */
export function refused(refusal: Refusal): Outcome {
  return { type: "refused", refusal };
}
