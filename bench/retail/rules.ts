import { parseActorId } from "../../engine/contract/address.ts";
import { PRICE_MINOR_MAX, QUANTITY_MAX } from "../../gateway/protocol/bounds.ts";
import type { RetailRow } from "./retail-row.ts";

/** Why a row of the file cannot be played as an order or a return. */
export type ExplainedReason =
  | "not_a_product"
  | "not_an_order"
  | "unusable_stock_code"
  | "stock_correction"
  | "no_price"
  | "sub_penny_price"
  | "beyond_limits"
  | "not_a_return"
  | "return_without_sale";

/** One rule of what cannot be played. */
export interface Rule {
  readonly reason: ExplainedReason;
  /** One sentence for people: what these rows are. */
  readonly meaning: string;
  readonly applies: (row: RetailRow) => boolean;
}

/** Stock codes that stand for money or service, not for something on a shelf. */
const NOT_PRODUCTS: ReadonlyMap<string, string> = new Map([
  ["POST", "postage"],
  ["DOT", "postage of the web shop"],
  ["C2", "carriage"],
  ["23444", "next day carriage"],
  ["M", "manual entry"],
  ["D", "discount"],
  ["S", "samples"],
  ["B", "bad debt"],
  ["AMAZONFEE", "fee of a marketplace"],
  ["BANK CHARGES", "bank charges"],
  ["CRUK", "commission for a charity"],
]);

/**
 * What is playable: every row that no rule applies to. The first rule that applies gives the reason.
 *
 * Played are sales with a whole number of units at a price in pence, to customers known or not (each invoice without a
 * customer is a customer of its own), gift vouchers included: they are sold from stock like anything else. Equal lines of
 * one invoice stay separate lines. Cancellations are returns when all of their units match earlier sales.
 */
const RULES: readonly Rule[] = [
  {
    reason: "not_a_product",
    meaning: "postage, fees, discounts and other entries that are not goods",
    applies: (row) => NOT_PRODUCTS.has(row.sku),
  },
  {
    reason: "not_an_order",
    meaning: "invoice numbers with a letter other than C: entries of the accountants",
    applies: (row) => row.kind === "other",
  },
  {
    reason: "unusable_stock_code",
    meaning: "stock codes that the shop cannot take as the id of a product",
    applies: (row) => parseActorId(row.sku) === undefined,
  },
  {
    reason: "stock_correction",
    meaning: "no or negative units on an invoice that is not a cancellation: damaged, lost or counted again",
    applies: (row) => row.kind === "sale" && row.quantity <= 0,
  },
  {
    reason: "no_price",
    meaning: "a price of 0 or less: gifts, and goods found",
    applies: (row) => row.unitPriceMinor !== null && row.unitPriceMinor <= 0,
  },
  {
    reason: "sub_penny_price",
    meaning:
      "a price finer than a penny, such as 0.001: never rounded, since either way would change the total",
    applies: (row) => row.unitPriceMinor === null,
  },
  {
    reason: "beyond_limits",
    meaning: "more units, a higher price or a higher amount than one line of the shop may have",
    applies: isBeyondLimits,
  },
  {
    reason: "not_a_return",
    meaning: "a cancellation that takes nothing back",
    applies: (row) => row.kind === "cancellation" && row.quantity >= 0,
  },
];

/** What the last reason means; it comes from looking for the sale of a cancellation, not from the row alone. */
const RETURN_WITHOUT_SALE_MEANING =
  "a cancellation of more units than the same customer bought before at that price within the file, and has not returned";

/** Why the row by itself cannot be played; undefined when it can. */
export function whyNotPlayable(row: RetailRow): ExplainedReason | undefined {
  return RULES.find((rule) => rule.applies(row))?.reason;
}

/** One sentence for a reason. */
export function meaningOf(reason: ExplainedReason): string {
  return RULES.find((rule) => rule.reason === reason)?.meaning ?? RETURN_WITHOUT_SALE_MEANING;
}

function isBeyondLimits({ quantity, unitPriceMinor }: RetailRow): boolean {
  if (Math.abs(quantity) > QUANTITY_MAX || (unitPriceMinor ?? 0) > PRICE_MINOR_MAX) return true;
  return !Number.isSafeInteger(quantity * (unitPriceMinor ?? 0));
}
