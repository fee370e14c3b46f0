import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import { durationText } from "../cli/cluster/duration.ts";
import { moneyText, plainText } from "../cli/field-layout.ts";

/** The terms of a sale in one line. */
export function termsText(sale: SaleTerms | null, currency: string): string {
  if (sale === null) return "no sale";
  const { unitPriceMinor, startsAtMs, endsAtMs, limitPerCustomer } = sale;
  const price = moneyText(unitPriceMinor, currency);
  const limit = limitPerCustomer === null ? "" : `, ${limitPerCustomer} per customer`;
  const window = `${momentText(startsAtMs)} to ${momentText(endsAtMs)}`;
  return `${plainText(sale.id)} ${JSON.stringify(sale.title)} at ${price}, ${window}${limit}`;
}

/** A moment to the second, as people of all zones read it. */
export function momentText(atMs: number): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return `${atMs} ms`;
  return date.toISOString().replace(/(:00)?\.\d+Z$/, "Z");
}

/** A moment, and how far it is from now. */
export function distanceText(atMs: number, nowMs: number): string {
  const distance = durationText(Math.abs(atMs - nowMs));
  return `${momentText(atMs)} (${atMs > nowMs ? `in ${distance}` : `${distance} ago`})`;
}
