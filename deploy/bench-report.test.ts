import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { chartsOf } from "../bench/report/charts.ts";
import { sampleResult } from "../bench/report/testing/sample-result.ts";
import { writeReports } from "../bench/report/write-reports.ts";
import { launchChromium } from "./testing/chromium.ts";

// The first run on a fresh machine installs a browser.
const INSTALL_MS = 300_000;
const WAIT_MS = 30_000;

setDefaultTimeout(120_000);

// The name of a vertical axis stands upright beside its labels, pixels.
const AXIS_NAME_HEIGHT = 22;

const directory = mkdtempSync(join(tmpdir(), "stampede-report-"));
const reports = pathToFileURL(directory).href;
const charts = chartsOf(sampleResult());
let browser: Browser;
let address = "";
const contexts: BrowserContext[] = [];
const faults: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  const { html } = await writeReports(sampleResult(), directory);
  address = pathToFileURL(html).href;
  browser = await launchChromium();
}, INSTALL_MS);

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(faults.splice(0)).toEqual([]);
  // Whatever a test did: the page is all that was ever asked for.
  expect(requests.splice(0).filter((url) => !url.startsWith(reports) && url !== "data:,")).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Opens the report as a file, the way somebody does who was sent it. */
async function open(options: BrowserContextOptions = {}, url = address): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  contexts.push(context);
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return page;
}

const plot = (page: Page, id: string) => page.locator(`[data-chart="${id}"] canvas`);

/** How many different colours a chart has been painted in; an empty canvas has one. */
async function coloursOf(page: Page, id: string): Promise<number> {
  return plot(page, id).evaluate((element) => {
    const { width, height } = element as unknown as { width: number; height: number };
    const canvas = element as unknown as {
      getContext(kind: "2d"): { getImageData(...area: number[]): { data: Uint8ClampedArray } };
    };
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const colours = new Set<number>();
    for (let at = 0; at < data.length; at += 4)
      colours.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
    return colours.size;
  });
}

test("opened as a file, the report draws every chart, says how the run went, and asks for nothing", async () => {
  const page = await open();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("sample");
  await page.getByText("The shop kept its word").waitFor();
  for (const { id } of charts) expect(await coloursOf(page, id)).toBeGreaterThan(5);
  expect(await page.locator("canvas").count()).toBe(charts.length);
  expect(await page.getByText("Drawn by a script").count()).toBe(0);
});

test("every chart says in words what it shows, and has all its values in a table that the keyboard opens", async () => {
  const page = await open();
  const throughput = page.getByRole("figure", { name: "Throughput" });
  expect(await throughput.getByRole("img").getAttribute("aria-label")).toContain("orders from 25 to 325");
  await throughput.locator("summary").press("Enter");
  const table = throughput.getByRole("region", { name: "Throughput, per second" }).getByRole("table");
  expect(await table.getByRole("row").count()).toBe(11);
  expect(
    (await table.getByRole("row").nth(8).getByRole("cell").allTextContents()).map((cell) => cell.trim()),
  ).toEqual(["325", "328", "326", "2"]);
});

test("the labels of a large stock do not run into the name of their axis", async () => {
  const { timeline } = sampleResult();
  const stocked = timeline.map((second) => ({ ...second, available: 10_000_000 }));
  const { html } = await writeReports(sampleResult({ timeline: stocked }), join(directory, "stocked"));
  const page = await open({}, pathToFileURL(html).href);
  const room = await page
    .locator('[data-chart="stock"] .u-over')
    .evaluate((element) => (element as unknown as { offsetLeft: number }).offsetLeft);
  const labelWidth = await plot(page, "stock").evaluate((element) => {
    const canvas = element as unknown as {
      getContext(kind: "2d"): { font: string; measureText(text: string): { width: number } };
    };
    const context = canvas.getContext("2d");
    context.font = "12px system-ui, sans-serif";
    return context.measureText("10,000,000").width;
  });
  expect(room).toBeGreaterThan(labelWidth + AXIS_NAME_HEIGHT);
});

test("the pointer reads the same second in every chart over time", async () => {
  const page = await open();
  await page.locator('[data-chart="throughput"] .u-over').hover({ position: { x: 2, y: 60 } });
  const values = page.locator('[data-chart="processors"] .u-value');
  await values.first().getByText("0 s", { exact: true }).waitFor();
  expect(await values.allTextContents()).toEqual(["0 s", "0.20", "0.10", "0.05"]);
});

test("dark and light are as the system has them, and charts are painted anew when that changes", async () => {
  const page = await open({ colorScheme: "light" });
  const background = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = [await background(), await plot(page, "stock").screenshot()] as const;
  const lightCanvas = await plot(page, "stock").elementHandle();
  await page.emulateMedia({ colorScheme: "dark" });
  // Nobody can take a picture of a canvas that is being replaced.
  await page.waitForFunction((canvas) => canvas?.isConnected === false, lightCanvas);
  expect(await background()).not.toBe(light[0]);
  expect((await plot(page, "stock").screenshot()).equals(light[1])).toBe(false);
  expect(await page.locator("canvas").count()).toBe(charts.length);
});

test("on a phone nothing is wider than the screen, and charts shrink with it", async () => {
  const page = await open();
  await page.setViewportSize({ width: 360, height: 800 });
  await page.waitForFunction(
    'Array.from(document.querySelectorAll("canvas")).every((canvas) => canvas.clientWidth <= 360)',
  );
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
});

test("without scripts every figure is there, and that charts are missing is said", async () => {
  const page = await open({ javaScriptEnabled: false });
  expect(await page.getByText("Drawn by a script, which is off").count()).toBe(charts.length);
  expect(await page.locator("canvas").count()).toBe(0);
  expect(await page.locator("figure table").count()).toBe(charts.length);
  await page.getByRole("region", { name: "Latencies of all phases, ms" }).getByText("17.89").waitFor();
});

const { timeline, whole } = sampleResult();
const meagre = [
  ["that lasted one second", { timeline: timeline.slice(0, 1) }, 6],
  ["that ended before its first second", { timeline: [], phases: [], whole: { ...whole, latencies: {} } }, 3],
] as const;

for (const [what, changes, drawn] of meagre) {
  test(`a run ${what} is drawn without a fault`, async () => {
    const { html } = await writeReports(sampleResult(changes), join(directory, String(drawn)));
    const page = await open({}, pathToFileURL(html).href);
    await page.getByRole("heading", { name: "Circumstances" }).waitFor();
    expect(await page.locator("canvas").count()).toBe(drawn);
  });
}
