import { afterEach, beforeEach, expect, jest, spyOn, test } from "bun:test";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { BROWSE_ALL } from "../model/catalogue-address.ts";
import { Catalogue } from "./catalogue.ts";
import { NotAnswered } from "./fetch-json.ts";
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
    paused: false,
  };
}

const all = Array.from({ length: 30 }, (_, index) => entry(`P${index}`, index % 2 === 0 ? "Home" : "Audio"));

let chance = 0;

beforeEach(() => {
  chance = 0;
  spyOn(Math, "random").mockImplementation(() => chance);
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function openCatalogue() {
  const asked: { url: string; aborted: AbortSignal; answer: (value: unknown) => void; fail: () => void }[] =
    [];
  const catalogue = new Catalogue((url, aborted) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    asked.push({ url, aborted, answer: resolve, fail: () => reject(new Error("down")) });
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
  catalogue.close();
});

test("products that could not be loaded come by themselves once the shop is back", async () => {
  jest.useFakeTimers();
  let isDown = false;
  let asked = 0;
  const many = { entries: all, total: 300 };
  const catalogue = new Catalogue(() => {
    asked += 1;
    return isDown ? Promise.reject(new Error("down")) : Promise.resolve(many);
  });
  await catalogue.open();
  isDown = true;
  await catalogue.show({ ...BROWSE_ALL, words: "p", page: 3 });
  asked = 0;
  const seen: string[] = [];
  const stop = catalogue.state.subscribe(({ status }) => void seen.push(status));
  for (let attempt = 1; attempt <= 3; attempt++) {
    jest.advanceTimersByTime(2_000);
    await settled();
    expect(asked).toBe(attempt);
  }
  isDown = false;
  jest.advanceTimersByTime(2_000);
  await settled();
  stop();
  // No flicker between the attempts, which the shopper did not ask for.
  expect([...new Set(seen)]).toEqual(["failed", "ready"]);
  expect(catalogue.state.value).toMatchObject({ total: 300, browse: { page: 3 } });
  jest.advanceTimersByTime(60_000);
  expect(asked).toBe(4);
});

/** After how many seconds a page asks again that was refused with this `Retry-After`. */
async function secondsUntilAskedAgain(retryAfter: string | undefined): Promise<number> {
  const headers = new Headers(retryAfter === undefined ? {} : { "retry-after": retryAfter });
  const asked: string[] = [];
  const catalogue = new Catalogue((url) => {
    asked.push(url);
    return Promise.reject(new NotAnswered(url, { status: 503, headers }));
  });
  await catalogue.open();
  let seconds = 0;
  for (; asked.length === 1 && seconds < 600; seconds++) jest.advanceTimersByTime(1_000);
  catalogue.close();
  return seconds;
}

test("a shop that says when to ask again is not asked before, within reason, and not by everybody at once", async () => {
  jest.useFakeTimers();
  expect(await secondsUntilAskedAgain("20")).toBe(20);
  expect(await secondsUntilAskedAgain("0")).toBe(2);
  expect(await secondsUntilAskedAgain("86400")).toBe(60);
  for (const nothing of [undefined, "", "-5", "soon", "Sun, 06 Nov 1994 08:49:37 GMT"]) {
    expect(await secondsUntilAskedAgain(nothing)).toBe(2);
  }
  chance = 1;
  expect(await secondsUntilAskedAgain("20")).toBe(30);
  expect(await secondsUntilAskedAgain(undefined)).toBe(3);
});

test("what the shopper looks at meanwhile is not asked for a second time", async () => {
  jest.useFakeTimers();
  let isDown = false;
  const urls: string[] = [];
  const catalogue = new Catalogue((url) => {
    urls.push(url);
    return isDown ? Promise.reject(new Error("down")) : Promise.resolve({ entries: all, total: 300 });
  });
  await catalogue.open();
  isDown = true;
  await catalogue.show({ ...BROWSE_ALL, words: "lamp" });
  isDown = false;
  await catalogue.show({ ...BROWSE_ALL, words: "mug" });
  urls.length = 0;
  jest.advanceTimersByTime(60_000);
  expect(urls).toEqual([]);
  expect(catalogue.state.value).toMatchObject({ status: "ready", browse: { words: "mug" } });
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
  catalogue.close();
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

test("what a shopper has found stays, although the first page of the shop still cannot be loaded", async () => {
  jest.useFakeTimers();
  const isSearch = (url: string): boolean => url.includes("q=");
  const catalogue = new Catalogue((url) =>
    isSearch(url) ? Promise.resolve({ entries: all, total: 30 }) : Promise.reject(new Error("down")),
  );
  await catalogue.open();
  await catalogue.show({ ...BROWSE_ALL, words: "p" });
  jest.advanceTimersByTime(2_000);
  await settled();
  expect(catalogue.state.value).toMatchObject({ status: "ready", total: 30 });
  catalogue.close();
});

test("a search that found nothing has found nothing, and one under way is under way, whatever the first page does", async () => {
  jest.useFakeTimers();
  const { asked, catalogue } = openCatalogue();
  const opened = catalogue.open();
  const searched = catalogue.show({ ...BROWSE_ALL, words: "lamp" });
  asked[0]?.fail();
  await opened;
  expect(catalogue.state.value.status).toBe("loading");
  asked[1]?.answer({ entries: [], total: 0 });
  await searched;
  expect(catalogue.state.value.status).toBe("ready");
  jest.advanceTimersByTime(2_000);
  asked[2]?.fail();
  await settled();
  expect(catalogue.state.value.status).toBe("ready");
  // Unless there is nothing that could have been found.
  jest.advanceTimersByTime(2_000);
  asked[3]?.answer({ entries: [], total: 0 });
  await settled();
  expect(catalogue.state.value.status).toBe("empty");
  catalogue.close();
});

test("a shop that answers nobody is asked its first question once at a time, whatever else is looked for", async () => {
  jest.useFakeTimers();
  let open = 0;
  let openMax = 0;
  const catalogue = new Catalogue(async (url, aborted) => {
    const isSearch = url.includes("q=");
    if (isSearch) throw new Error("down");
    openMax = Math.max(openMax, ++open);
    const { promise, reject } = Promise.withResolvers<unknown>();
    aborted.addEventListener("abort", () => reject(aborted.reason));
    return promise.finally(() => void (open -= 1));
  });
  void catalogue.open();
  await catalogue.show({ ...BROWSE_ALL, words: "lamp" });
  void catalogue.open();
  for (let second = 0; second < 60; second++) {
    jest.advanceTimersByTime(1_000);
    await settled();
  }
  expect(openMax).toBe(1);
  catalogue.close();
});

test("a catalogue that is closed asks nothing more, and does not show what it has asked before", async () => {
  jest.useFakeTimers();
  const { asked, catalogue } = openCatalogue();
  const opened = catalogue.open();
  catalogue.close();
  expect(asked[0]?.aborted.aborted).toBe(true);
  asked[0]?.fail();
  await opened;
  jest.advanceTimersByTime(60_000);
  expect(asked).toHaveLength(1);
  expect(catalogue.state.value.status).toBe("loading");
});
