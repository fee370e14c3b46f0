import { afterEach, expect, jest, test } from "bun:test";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { BROWSE_ALL } from "../model/catalogue-address.ts";
import { Catalogue } from "./catalogue.ts";
import { settled } from "../testing/fake-shop.ts";

function entry(sku: string, category: string): CatalogueEntryView {
  return {
    sku,
    title: sku,
    description: "",
    category,
    unitPriceMinor: 100,
    currency: "GBP",
    available: 1,
    sale: null,
  };
}

const all = Array.from({ length: 30 }, (_, index) => entry(`P${index}`, index % 2 === 0 ? "Home" : "Audio"));

afterEach(() => void jest.useRealTimers());

function openCatalogue() {
  const asked: { url: string; answer: (value: unknown) => void }[] = [];
  const catalogue = new Catalogue((url) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    asked.push({ url, answer: resolve });
    return promise;
  });
  return { asked, catalogue };
}

test("one question opens a small shop: its first pages and its categories", async () => {
  const { asked, catalogue } = openCatalogue();
  const opened = catalogue.open();
  asked[0]?.answer({ entries: all, total: 30 });
  await opened;
  expect(asked).toHaveLength(1);
  expect(catalogue.categories.value).toEqual(["Audio", "Home"]);
  expect(catalogue.state.value).toMatchObject({ total: 30, status: "ready" });
  expect(catalogue.state.value.entries).toHaveLength(24);
  await catalogue.show({ ...BROWSE_ALL, page: 1 });
  expect(catalogue.state.value.entries.map(({ sku }) => sku)).toEqual(all.slice(24).map(({ sku }) => sku));
});

test("a shop with nothing for sale is told as such, and asked again until it has something", async () => {
  jest.useFakeTimers();
  const { asked, catalogue } = openCatalogue();
  const opened = catalogue.open();
  asked[0]?.answer({ entries: [], total: 0 });
  await opened;
  expect(catalogue.state.value.status).toBe("empty");
  void catalogue.show(BROWSE_ALL);
  asked[1]?.answer({ entries: [], total: 0 });
  await settled();
  expect(catalogue.state.value.status).toBe("empty");
  jest.advanceTimersByTime(2_000);
  asked[2]?.answer({ entries: all, total: 30 });
  await settled();
  expect(catalogue.state.value).toMatchObject({ status: "ready", total: 30 });
});

test("an answer that comes after a later question is not shown", async () => {
  const { asked, catalogue } = openCatalogue();
  void catalogue.show({ ...BROWSE_ALL, words: "mu" });
  void catalogue.show({ ...BROWSE_ALL, words: "mug" });
  asked[1]?.answer({ entries: [entry("MUG", "Kitchen")], total: 1 });
  await settled();
  asked[0]?.answer({ entries: all, total: 30 });
  await settled();
  expect(catalogue.state.value.entries.map(({ sku }) => sku)).toEqual(["MUG"]);
});

test("a page past the end is the last one", async () => {
  const { asked, catalogue } = openCatalogue();
  const shown = catalogue.show({ ...BROWSE_ALL, words: "p", page: 7 });
  asked[0]?.answer({ entries: [], total: 30 });
  await settled();
  expect(asked[1]?.url).toContain("offset=24");
  asked[1]?.answer({ entries: all.slice(24), total: 30 });
  await shown;
  expect(catalogue.state.value).toMatchObject({ status: "ready", total: 30, browse: { page: 1 } });
  expect(catalogue.state.value.entries).toHaveLength(6);
});

test("products that cannot be loaded are told as such", async () => {
  const catalogue = new Catalogue(() => Promise.reject(new Error("the network is down")));
  await catalogue.show(BROWSE_ALL);
  expect(catalogue.state.value.status).toBe("failed");
});

test("a question that a dead connection swallows ends, and is asked again", async () => {
  jest.useFakeTimers();
  let asked = 0;
  const catalogue = new Catalogue((_, aborted) => {
    asked += 1;
    const { promise, reject } = Promise.withResolvers<unknown>();
    aborted.addEventListener("abort", () => reject(aborted.reason));
    return promise;
  });
  void catalogue.open();
  jest.advanceTimersByTime(30_000);
  await settled();
  expect(catalogue.state.value.status).toBe("failed");
  jest.advanceTimersByTime(2_000);
  expect(asked).toBe(2);
  catalogue.close();
});

test("a search that fails does not show what was there before as what it found", async () => {
  let isDown = false;
  const page = { entries: all, total: 30 };
  const catalogue = new Catalogue(() => (isDown ? Promise.reject(new Error("down")) : Promise.resolve(page)));
  await catalogue.open();
  isDown = true;
  await catalogue.show({ ...BROWSE_ALL, words: "lamp" });
  expect(catalogue.state.value).toMatchObject({ status: "failed", entries: [], total: 0 });
});

test("a shop that is away is asked once at a time, however often the shopper tries", async () => {
  jest.useFakeTimers();
  let asked = 0;
  const catalogue = new Catalogue(() => {
    asked += 1;
    return Promise.reject(new Error("down"));
  });
  for (let press = 0; press < 10; press++) await catalogue.open();
  asked = 0;
  jest.advanceTimersByTime(2_000);
  expect(asked).toBe(1);
  catalogue.close();
});
