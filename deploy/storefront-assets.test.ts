import { expect, test } from "bun:test";
import { Assets, MISSING_PAGE } from "../gateway/server/assets.ts";
import { buildStorefront } from "./storefront-assets.ts";

// More, and the first visit is slow on a phone.
const FIRST_GZIP_BYTES_MAX = 27 * 1024;
// With the parts that come when they are wanted: the cart, paying and orders, and the waiting room of a sale.
const ALL_GZIP_BYTES_MAX = 39 * 1024;

const assets = await buildStorefront();

test("the page names its script and its style, whose names change with their content", () => {
  const page = new TextDecoder().decode(assets.get("/")?.body);
  const names = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, name = ""]) => name);
  expect(new Set(names.map((name) => name.split(".").at(-1)))).toEqual(new Set(["css", "js", "svg"]));
  for (const name of names) {
    expect(assets.has(name)).toBe(true);
    expect(assets.get(name)?.cacheControl).toContain("immutable");
  }
  expect(assets.get("/")?.cacheControl).toBe("no-cache");
  expect(assets.get("/")?.contentType).toStartWith("text/html");
  expect(assets.get("/favicon.svg")?.contentType).toBe("image/svg+xml");
});

test.each(["/", MISSING_PAGE])("the page %s holds nothing that its security policy forbids", (path) => {
  const page = new TextDecoder().decode(assets.get(path)?.body);
  expect(page).toStartWith("<!doctype html>");
  expect(page).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|https?:\/\//);
});

test("the page for a wrong address has the shop's style, no script, and leads to the shop", () => {
  const page = new TextDecoder().decode(assets.get(MISSING_PAGE)?.body);
  const [, style = ""] = /href="(\/assets\/[^"]+\.css)"/.exec(page) ?? [];
  expect(assets.has(style)).toBe(true);
  expect(page).not.toContain("<script");
  expect(page).not.toContain("Opening the shop");
  expect(page).toContain('href="/"');
});

test("the script and its parts are no larger than their budgets, as browsers get them", async () => {
  const served = new Assets(assets);
  const request = new Request("http://shop/", { headers: { "accept-encoding": "gzip" } });
  const page = new TextDecoder().decode(assets.get("/")?.body);
  const gzipBytes = { first: 0, all: 0 };
  for (const path of assets.keys()) {
    if (!path.endsWith(".js")) continue;
    const { length } = (await served.respond(path, request)?.bytes()) ?? [];
    gzipBytes.all += length;
    if (page.includes(`src="${path}"`)) gzipBytes.first += length;
  }
  expect(gzipBytes.first).toBeGreaterThan(1_000);
  expect(gzipBytes.first).toBeLessThanOrEqual(FIRST_GZIP_BYTES_MAX);
  expect(gzipBytes.all).toBeGreaterThan(gzipBytes.first);
  expect(gzipBytes.all).toBeLessThanOrEqual(ALL_GZIP_BYTES_MAX);
});

test("what the first script needs is in it: no other one has to come before the page is brought to life", async () => {
  const page = new TextDecoder().decode(assets.get("/")?.body);
  const scripts = [...page.matchAll(/src="([^"]+\.js)"/g)].map(([, path = ""]) => path);
  expect(scripts).toHaveLength(1);
  const script = new TextDecoder().decode(assets.get(scripts[0] ?? "")?.body);
  expect(script).not.toMatch(/\bimport\s*["{*]|\bfrom\s*"/);
});
