import { expect, test } from "bun:test";
import { Assets, MISSING_PAGE } from "../gateway/server/assets.ts";
import { buildStorefront } from "./storefront-assets.ts";

// More, and the first visit is slow on a phone.
const SCRIPT_GZIP_BYTES_MAX = 30 * 1024;

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

test("the script is no larger than its budget, as browsers get it", async () => {
  const served = new Assets(assets);
  const request = new Request("http://shop/", { headers: { "accept-encoding": "gzip" } });
  let gzipBytes = 0;
  for (const path of assets.keys()) {
    const response = path.endsWith(".js") ? served.respond(path, request) : undefined;
    gzipBytes += (await response?.bytes())?.length ?? 0;
  }
  expect(gzipBytes).toBeGreaterThan(1_000);
  expect(gzipBytes).toBeLessThanOrEqual(SCRIPT_GZIP_BYTES_MAX);
});
