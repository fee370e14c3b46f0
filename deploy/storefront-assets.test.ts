import { expect, test } from "bun:test";
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

test("the page holds nothing that its security policy forbids", () => {
  const page = new TextDecoder().decode(assets.get("/")?.body);
  expect(page).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|https?:\/\//);
});

test("the script is no larger than its budget", () => {
  const scripts = [...assets].filter(([path]) => path.endsWith(".js"));
  const gzipBytes = scripts.reduce((sum, [, { body }]) => sum + Bun.gzipSync(new Uint8Array(body)).length, 0);
  expect(gzipBytes).toBeGreaterThan(1_000);
  expect(gzipBytes).toBeLessThanOrEqual(SCRIPT_GZIP_BYTES_MAX);
});
