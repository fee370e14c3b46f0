import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { HandClock } from "../push/testing/hand-clock.ts";
import { FrontPages } from "./front-pages.ts";
import type { DrawnPage, PageDrawing } from "./page-drawing.ts";
import { TestGateway } from "./testing/test-gateway.ts";

const ignore = () => undefined;
const errors: unknown[] = [];
const log = { debug: ignore, info: ignore, warn: ignore, error: (fields: unknown) => errors.push(fields) };

/** Draws what a test tells it to. */
class ScriptedDrawing implements PageDrawing {
  readonly drawn: string[] = [];
  answer: () => Promise<DrawnPage> = () => Promise.reject(new Error("no answer was told"));

  parametersOf(search: string): string {
    return new URLSearchParams(search).get("q") ?? "";
  }

  draw(parameters: string, origin: string): Promise<DrawnPage> {
    this.drawn.push(`${parameters} at ${origin}`);
    return this.answer();
  }
}

const page = (html: string, status: 200 | 404 = 200) =>
  Promise.resolve<DrawnPage>({ type: "page", status, html });
const drawing = new ScriptedDrawing();

let shop: TestGateway;
let nowMs = Date.now();

beforeAll(async () => {
  const clock = {
    nowMs: () => nowMs,
    after: () => ignore,
    soon: (task: () => void) => void setImmediate(task),
  };
  const assets = new Map([["/", { body: "<title>Empty</title>", contentType: "text/html;charset=utf-8" }]]);
  shop = await TestGateway.start({ drawing, assets, clock, log });
});

beforeEach(() => {
  nowMs += 60_000;
  drawing.drawn.length = 0;
  errors.length = 0;
});

afterAll(() => shop.stop());

test("a page is sent as other content is: tagged, compressed, asked for each time, and kept by nobody on the way", async () => {
  drawing.answer = () => page("<title>Mugs</title>".repeat(100));
  const response = await fetch(`${shop.origin}/?q=mug`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html;charset=utf-8");
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(response.headers.get("vary")).toBe("Accept-Encoding");
  expect(response.headers.get("cache-control")).toBe("no-cache, private");
  expect(response.headers.get("set-cookie")).toStartWith("stampede_session=");
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self'; style-src 'self'");
  expect(await response.text()).toStartWith("<title>Mugs</title>");
  const etag = response.headers.get("etag") ?? "";
  const again = await fetch(`${shop.origin}/?q=mug`, { headers: { "if-none-match": etag } });
  expect(again.status).toBe(304);
  const plain = await fetch(`${shop.origin}/?q=mug`, { headers: { "accept-encoding": "identity" } });
  expect(plain.headers.get("content-encoding")).toBeNull();
  const head = await fetch(`${shop.origin}/?q=mug`, { method: "HEAD" });
  expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, etag, ""]);
  expect(drawing.drawn).toEqual([`mug at ${shop.origin}`]);
});

test("what is not there is told with its status, and what is elsewhere with the way there", async () => {
  drawing.answer = () => page("<title>No such product</title>", 404);
  const missing = await fetch(`${shop.origin}/?q=missing`);
  expect([missing.status, await missing.text()]).toEqual([404, "<title>No such product</title>"]);
  expect(missing.headers.get("set-cookie")).toStartWith("stampede_session=");
  drawing.answer = () => Promise.resolve({ type: "elsewhere", path: "/?page=2" });
  const moved = await fetch(`${shop.origin}/?q=moved`, { redirect: "manual" });
  expect([moved.status, moved.headers.get("location")]).toEqual([302, "/?page=2"]);
});

test("only pages are drawn, and only for those who read", async () => {
  drawing.answer = () => page("drawn");
  expect((await fetch(`${shop.origin}/`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${shop.origin}/v1/catalogue`)).status).toBe(200);
  expect(drawing.drawn).toEqual([]);
});

test("what cannot be drawn is the page without products, and only a fault is one", async () => {
  drawing.answer = () => Promise.reject(new Unavailable("The database does not answer.", 1_000));
  const away = await fetch(`${shop.origin}/?q=away`);
  expect([away.status, await away.text()]).toEqual([200, "<title>Empty</title>"]);
  expect(errors).toEqual([]);
  drawing.answer = () => Promise.reject(new Error("a drawing broke"));
  expect(await (await fetch(`${shop.origin}/?q=broken`)).text()).toBe("<title>Empty</title>");
  expect(errors).toHaveLength(1);
});

function openPages() {
  const clock = new HandClock();
  const scripted = new ScriptedDrawing();
  const pages = new FrontPages({ drawing: scripted, isSecure: true, clock, log });
  const ask = (path: string) => {
    const url = `http://shop.test${path}`;
    return pages.respond(new Request(url), new URL(url));
  };
  return { clock, scripted, ask };
}

test("however many want a page, it is drawn once a second", async () => {
  const { clock, scripted, ask } = openPages();
  scripted.answer = () => page("mugs");
  const crowd = Array.from({ length: 50 }, (_, index) => ask(`/?q=mug&from=mail-${index}`));
  for (const response of await Promise.all(crowd)) expect(await response?.text()).toBe("mugs");
  clock.pass(999);
  await ask("/?q=mug");
  expect(scripted.drawn).toEqual(["mug at https://shop.test"]);
  clock.pass(1);
  await ask("/?q=mug");
  expect(scripted.drawn).toHaveLength(2);
});

test("a page that takes too long is left to its script, also for those who come a moment later", async () => {
  const { clock, scripted, ask } = openPages();
  const { promise, resolve } = Promise.withResolvers<DrawnPage>();
  scripted.answer = () => promise;
  const first = ask("/?q=mug");
  clock.pass(900);
  const second = ask("/?q=mug");
  clock.pass(100);
  expect(await first).toBeUndefined();
  expect(await second).toBeUndefined();
  resolve({ type: "page", status: 200, html: "late" });
  scripted.answer = () => page("in time");
  expect(await (await ask("/?q=mug"))?.text()).toBe("in time");
});

test("pages that nobody else wants are drawn no more often than the gateway can bear", async () => {
  const { clock, scripted, ask } = openPages();
  scripted.answer = () => page("drawn");
  const wanted = Array.from({ length: 200 }, (_, index) => ask(`/?q=word-${index}`));
  const answers = await Promise.all(wanted);
  expect(scripted.drawn.length).toBeLessThan(50);
  expect(answers.filter((answer) => answer !== undefined)).toHaveLength(scripted.drawn.length);
  expect(await ask("/?q=word-0")).toBeDefined();
  clock.pass(1_000);
  expect(await ask("/?q=word-199")).toBeDefined();
});

test("the start page is drawn also while others take all that the gateway can bear", async () => {
  const { clock, scripted, ask } = openPages();
  scripted.answer = () => page("drawn");
  for (let second = 0; second < 2; second++) {
    await Promise.all(Array.from({ length: 200 }, (_, index) => ask(`/?q=word-${index}`)));
    expect(await (await ask("/?from=mail"))?.text()).toBe("drawn");
    clock.pass(1_000);
  }
});
