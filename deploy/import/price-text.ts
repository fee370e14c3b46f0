import { parseDecimal } from "../../actors/money/decimal.ts";
import { PRICE_MINOR_MAX } from "../../gateway/protocol/bounds.ts";

/** What the text of a price came to: minor units, or a sentence that begins with the price's name and says what is wrong. */
export type ReadPrice =
  | { readonly type: "price"; readonly unitPriceMinor: number }
  | { readonly type: "wrong"; readonly fault: string };

/** Reads the price called `name` in a currency that is known. */
export function readPrice(name: string, text: string, currency: string): ReadPrice {
  const pointed = withDecimalPoint(text);
  if (pointed !== undefined && parseDecimal(pointed, currency).type === "amount")
    return wrong(wrongText(name, text, pointWish(pointed)));
  const price = parseDecimal(text, currency);
  if (price.type === "invalid") return wrong(`${name}: ${price.refusal.detail}`);
  const { amountMinor: unitPriceMinor } = price;
  if (unitPriceMinor < 0) return wrong(wrongText(name, text, "at least 0"));
  if (unitPriceMinor > PRICE_MINOR_MAX)
    return wrong(wrongText(name, text, `at most ${PRICE_MINOR_MAX} minor units`));
  return { type: "price", unitPriceMinor };
}

/** Says what the value called `name` should be, and what it is. */
export function wrongText(name: string, text: string, wish: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return `${name} must be ${wish}; it is ${JSON.stringify(shown)}`;
}

/** A number with a decimal comma, with a point in its place; undefined for any other text. */
export function withDecimalPoint(text: string): string | undefined {
  const hasComma = /^(\d+|\d{1,3}(\.\d{3})+),\d+$/.test(text);
  return hasComma ? text.replaceAll(".", "").replace(",", ".") : undefined;
}

/** How a number with a decimal comma should be written. */
export function pointWish(pointed: string): string {
  return `written with a decimal point, ${pointed}, and not with a comma`;
}

function wrong(fault: string): ReadPrice {
  return { type: "wrong", fault };
}
