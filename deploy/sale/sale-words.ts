import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import { durationText } from "../cli/cluster/duration.ts";
import { moneyText, plainText } from "../cli/field-layout.ts";

/** The terms of a sale in one line. */
export function termsText(sale: SaleTerms | null, currency: string): string {
  if (sale === null) return "no sale";
  const { unitPriceMinor, startsAtMs, endsAtMs, limitPerCustomer } = sale;
  const price = moneyText(unitPriceMinor, currency);
  const limit = limitPerCustomer === null ? "" : `, ${limitPerCustomer} per customer`;
  const room = sale.waitingRoom === true ? ", with a waiting room" : "";
  const window = `${momentText(startsAtMs)} to ${momentText(endsAtMs)}`;
  return `${plainText(sale.id)} ${JSON.stringify(sale.title)} at ${price}, ${window}${limit}${room}`;
}

/** What becomes of the terms of a sale: those that change, or all when it is another sale. */
export function changesText(before: SaleTerms | null, after: SaleTerms, currency: string): string {
  if (before?.id !== after.id) return `${termsText(before, currency)} -> ${termsText(after, currency)}`;
  const told: Readonly<Record<string, (sale: SaleTerms) => string>> = {
    title: ({ title }) => JSON.stringify(title),
    price: ({ unitPriceMinor }) => moneyText(unitPriceMinor, currency),
    starts: ({ startsAtMs }) => momentText(startsAtMs),
    ends: ({ endsAtMs }) => momentText(endsAtMs),
    limit: ({ limitPerCustomer }) => String(limitPerCustomer ?? "none"),
    "waiting room": ({ waitingRoom }) => (waitingRoom === true ? "yes" : "no"),
  };
  return Object.entries(told)
    .map(([name, of]) => [name, of(before), of(after)] as const)
    .filter(([, from, to]) => from !== to)
    .map(([name, from, to]) => `${name} ${from} -> ${to}`)
    .join(", ");
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
