import { expect, test } from "bun:test";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { alternatives } from "./alternatives.ts";

const product = (sku: string, more: Partial<CatalogueEntryView> = {}): CatalogueEntryView => ({
  sku,
  title: sku,
  description: "",
  category: "Home",
  unitPriceMinor: 1_000,
  currency: "GBP",
  available: 5,
  sale: null,
  paused: false,
  ...more,
});

test("what else there is can be bought at once, of the same category first, and is not much", () => {
  const sale = {
    id: "s",
    title: "Drop",
    unitPriceMinor: 1,
    startsAtMs: 0,
    endsAtMs: 9,
    limitPerCustomer: null,
  };
  const products = [
    product("GONE"),
    product("PLAY-1", { category: "Play" }),
    product("EMPTY", { available: 0 }),
    product("PAUSED", { paused: true }),
    product("QUEUED", { sale: { ...sale, waitingRoom: true } }),
    product("HOME-1", { sale }),
    product("PLAY-2", { category: "Play" }),
    product("PLAY-3", { category: "Play" }),
  ];
  const found = alternatives(products, { sku: "GONE", category: "Home" });
  expect(found.map(({ sku }) => sku)).toEqual(["HOME-1", "PLAY-1", "PLAY-2"]);
});
