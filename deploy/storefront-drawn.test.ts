import { expect, test } from "bun:test";
import type { CatalogueEntryView } from "../gateway/protocol/views.ts";
import { loadPageComponents } from "./page-components.ts";

const sale = {
  id: "s",
  title: "Drop",
  unitPriceMinor: 990,
  startsAtMs: 0,
  endsAtMs: 5_000,
  limitPerCustomer: 2,
};
const drawPage = await loadPageComponents();

/** What the server draws of a shop with one product. */
function drawn(search: string, more: Partial<CatalogueEntryView> = {}): string {
  const known = {
    title: "Mug",
    description: "",
    category: "Kitchen",
    currency: "GBP",
    unitPriceMinor: 1_250,
  };
  const product: CatalogueEntryView = {
    sku: "MUG",
    ...known,
    available: 5,
    paused: false,
    sale: null,
    ...more,
  };
  return drawPage("Shop", search, { nowMs: 1_000, overview: { entries: [product], total: 1 }, product });
}

test("the window of a sale that is sold out says so, without the dot of what is on", () => {
  const html = drawn("", { sale, available: 0 });
  const name = /<p class="drop-name">.*?<\/p>/.exec(html)?.[0];
  expect(name).toContain(`<span class="drop-now">sold out</span>`);
  expect(name).not.toContain("live-dot");
});

test("the way into a waiting room is not offered as such for what nobody can buy", () => {
  const waitedFor = { ...sale, waitingRoom: true };
  for (const [more, says] of [
    [{}, "Waiting room"],
    [{ available: 0 }, "Sold out"],
    [{ paused: true }, "Paused"],
  ] as const) {
    const html = drawn("", { sale: waitedFor, ...more });
    const links = [...html.matchAll(/<a class="button[^>]*>([^<]*)<\/a>/g)].map(([, text]) => text);
    // In the window and on the card.
    expect(links).toEqual([says, says]);
  }
});

test("a product with a waiting room does not lead to an empty cart, nor promise to set aside what cannot be added yet", () => {
  const waitedFor = { ...sale, waitingRoom: true };
  const html = drawn("?product=MUG", { sale: waitedFor });
  expect(html).not.toContain("Go to cart");
  expect(html).toContain("Once it is your turn, adding it sets one aside for you for ten minutes.");
  const plain = drawn("?product=MUG");
  expect(plain).toContain("Go to cart");
  expect(plain).toContain("Adding it sets one aside for you for ten minutes.");
});
