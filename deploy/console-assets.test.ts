import { afterAll, beforeAll, expect, test } from "bun:test";
import { startAdminListener, type AdminListener } from "./admin/admin-listener.ts";
import { ConsolePage } from "./console-assets.ts";
import { CollectingLog } from "../engine/testing/collecting-log.ts";

let listener: AdminListener;

beforeAll(async () => {
  const page = new ConsolePage("Corner & Shop");
  listener = await startAdminListener({
    port: 0,
    health: () => [],
    metrics: async () => [],
    page: (request, path) => page.respond(request, path),
    log: new CollectingLog(),
  });
});
afterAll(() => listener.stop());

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://127.0.0.1:${listener.port}${path}`, init);
}

test("the page comes with a strict policy, and all that it loads comes from the same listener", async () => {
  const response = await get("/console");
  const policy = response.headers.get("content-security-policy") ?? "";
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
  ])
    expect(policy).toContain(part);
  expect(policy).not.toContain("unsafe");
  expect(response.headers.get("cache-control")).toBe("no-cache");
  const page = await response.text();
  const loaded = [...page.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, address = ""]) => address);
  expect(loaded.filter((address) => address !== "data:,")).toHaveLength(2);
  for (const address of loaded) expect(address).toMatch(/^(data:,$|\/console\/[\w-]+\.(js|css)$)/);
  for (const address of loaded.filter((each) => each.startsWith("/"))) {
    const file = await get(address);
    expect([file.status, file.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    expect(file.headers.get("content-encoding")).toBe("gzip");
    // Namespaces of SVG are names, and are not loaded.
    const foreign = (await file.text()).match(/(?:https?:)?\/\/(?!www\.w3\.org\/)[a-z][\w.-]+\.[a-z]{2,}/g);
    expect(foreign).toBeNull();
  }
});

test("nothing else is under its address, and nothing can be sent there", async () => {
  expect(await (await get("/console/")).text()).toContain("<title>Corner &amp; Shop console</title>");
  const missing = await get("/console/other.js");
  expect([missing.status, await missing.text()]).toEqual([
    404,
    "no such page; there are /livez, /readyz, /metrics, /console\n",
  ]);
  expect((await get("/consoles")).status).toBe(404);
  expect((await get("/console", { method: "POST" })).status).toBe(405);
});
