import { parseActorId } from "../../engine/contract/address.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { isText, isUnitPrice, limits } from "../limits.ts";
import { currencyExponent } from "../money/currency.ts";
import type { Product, Sale } from "./messages.ts";

/** Why the shop cannot list a product on these terms; undefined when it can. Code `invalid_product` with the field. */
export function productFault(product: Product): Refusal | undefined {
  if (!isText(product.title, limits.titleLengthMax))
    return invalid(
      "title",
      `The title must have 1 to ${limits.titleLengthMax} characters.`,
      limits.titleLengthMax,
    );
  if (product.description.length > limits.descriptionLengthMax)
    return invalid(
      "description",
      `The description must have at most ${limits.descriptionLengthMax} characters.`,
      limits.descriptionLengthMax,
    );
  if (product.category.length > limits.categoryLengthMax)
    return invalid(
      "category",
      `The category must have at most ${limits.categoryLengthMax} characters.`,
      limits.categoryLengthMax,
    );
  const priceFault = unitPriceFault(product.unitPriceMinor, "unitPriceMinor");
  if (priceFault !== undefined) return priceFault;
  if (currencyExponent(product.currency) === undefined)
    return invalid("currency", `"${product.currency}" is not an ISO 4217 currency.`);
  if (!isTaxRate(product.taxBasisPoints))
    return invalid(
      "taxBasisPoints",
      `The tax must be 0 to ${limits.taxBasisPointsMax} basis points.`,
      limits.taxBasisPointsMax,
    );
  return product.sale === null ? undefined : saleFault(product.sale);
}

/** Tells whether two listings say the same. */
export function sameProduct(left: Product, right: Product): boolean {
  return (
    left.title === right.title &&
    left.description === right.description &&
    left.category === right.category &&
    left.unitPriceMinor === right.unitPriceMinor &&
    left.currency === right.currency &&
    left.taxBasisPoints === right.taxBasisPoints &&
    sameSale(left.sale, right.sale)
  );
}

/** Why an operator's command cannot have that reason; undefined when it can. */
export function reasonFault(reason: string): Refusal | undefined {
  if (reason.length <= limits.reasonLengthMax) return undefined;
  return {
    code: "invalid_reason",
    detail: `The reason must have at most ${limits.reasonLengthMax} characters.`,
    field: "reason",
    values: { limit: limits.reasonLengthMax },
  };
}

const PRICE_RULE = `The price must be a whole number of minor units from 0 to ${limits.unitPriceMinorMax}.`;

/** Why a product cannot have a sale on these terms; undefined when it can. Code `invalid_product` with the field. */
export function saleFault(sale: Sale): Refusal | undefined {
  if (!isText(sale.id, limits.saleIdLengthMax))
    return invalid(
      "sale.id",
      `The sale's id must have 1 to ${limits.saleIdLengthMax} characters.`,
      limits.saleIdLengthMax,
    );
  if (!isText(sale.title, limits.titleLengthMax))
    return invalid(
      "sale.title",
      `The sale's title must have 1 to ${limits.titleLengthMax} characters.`,
      limits.titleLengthMax,
    );
  const priceFault = unitPriceFault(sale.unitPriceMinor, "sale.unitPriceMinor");
  if (priceFault !== undefined) return priceFault;
  if (!Number.isSafeInteger(sale.startsAtMs) || sale.startsAtMs < 0)
    return invalid("sale.startsAtMs", "The sale's start must be whole milliseconds since 1970.");
  if (!Number.isSafeInteger(sale.endsAtMs) || sale.endsAtMs <= sale.startsAtMs)
    return invalid("sale.endsAtMs", "The sale must end after it starts.");
  const limit = sale.limitPerCustomer;
  if (limit !== null && (!Number.isSafeInteger(limit) || limit < 1))
    return invalid("sale.limitPerCustomer", "The limit per customer must be at least 1, or null for none.");
  if (sale.waitingRoom === true && parseActorId(sale.id) === undefined)
    return invalid("sale.id", "A sale with a waiting room must have an id of letters, digits and ._:#@~+-.");
  return undefined;
}

/** Why a unit cannot have that price; undefined when it can. Code `invalid_product` with `field`. */
export function unitPriceFault(unitPriceMinor: number, field: string): Refusal | undefined {
  return isUnitPrice(unitPriceMinor) ? undefined : invalid(field, PRICE_RULE, limits.unitPriceMinorMax);
}

/**
 * The sale with the waiting room that it has already, unless it says itself whether it has one: a file of prices that knows of no
 * waiting room does not open its doors.
 */
export function withRoomKept(before: Sale | null, sale: Sale | null): Sale | null {
  const isSilent = sale !== null && sale.waitingRoom === undefined && before?.id === sale.id;
  return isSilent && before.waitingRoom === true ? { ...sale, waitingRoom: true } : sale;
}

/** Tells whether two sales have the same terms. */
export function sameSale(left: Sale | null, right: Sale | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.id === right.id &&
    left.title === right.title &&
    left.unitPriceMinor === right.unitPriceMinor &&
    left.startsAtMs === right.startsAtMs &&
    left.endsAtMs === right.endsAtMs &&
    left.limitPerCustomer === right.limitPerCustomer &&
    (left.waitingRoom ?? false) === (right.waitingRoom ?? false)
  );
}

function isTaxRate(taxBasisPoints: number): boolean {
  return (
    Number.isSafeInteger(taxBasisPoints) && taxBasisPoints >= 0 && taxBasisPoints <= limits.taxBasisPointsMax
  );
}

function invalid(field: string, detail: string, limit?: number): Refusal {
  return { code: "invalid_product", detail, field, ...(limit === undefined ? {} : { values: { limit } }) };
}
