import { expect, test } from "bun:test";
import { buildStorefront, SCRIPT_GZIP_BYTES_MAX, scriptGzipBytes } from "./storefront-assets.ts";

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
  expect(scriptGzipBytes(assets)).toBeGreaterThan(1_000);
  expect(scriptGzipBytes(assets)).toBeLessThanOrEqual(SCRIPT_GZIP_BYTES_MAX);
});
