import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout } from "bun:test";
import type { Page } from "playwright-core";
import { ShopProgram } from "./shop-program.ts";
import { Visitors } from "./visitors.ts";

// The first run on a fresh machine installs a browser.
const INSTALL_MS = 300_000;
const TEST_MS = 120_000;

/** The real shop with the demo catalogue, for all tests of a file, and who visits it. */
export interface VisitedShop {
  /** Its address, with a slash behind. */
  readonly url: string;
  /** The folder of its data, for commands that work with it. */
  readonly dataDirectory: string;
  /** Somebody with a browser of their own, before whom the shop is live. */
  visit(width?: number, height?: number): Promise<Page>;
  /** Somebody with a browser of their own that runs no scripts. */
  read(): Promise<Page>;
  stop(): Promise<void>;
  /** Opens it again, where it was. */
  start(): Promise<void>;
  /** What browsers have said until now was to be expected. */
  forgiveFaults(): void;
}

/** Opens the shop before the tests of the file that calls this. Visitors leave after each of them, without an error in their browsers. */
export function visitedShop(): VisitedShop {
  setDefaultTimeout(TEST_MS);
  const shop = new ShopProgram();
  let visitors: Visitors | undefined;
  beforeAll(async () => {
    await shop.start();
    visitors = await Visitors.launch();
  }, INSTALL_MS);
  afterEach(async () => expect(await visitors?.leave()).toEqual([]));
  afterAll(async () => {
    await visitors?.close();
    await shop.remove();
  });
  const launched = (): Visitors => {
    if (visitors === undefined) throw new Error("no browser was started");
    return visitors;
  };
  return {
    get url() {
      return shop.url;
    },
    dataDirectory: shop.dataDirectory,
    visit: (width, height) => launched().visit(shop.url, width, height),
    read: () => launched().read(),
    stop: () => shop.stop(),
    start: () => shop.start(),
    forgiveFaults: () => void visitors?.takeFaults(),
  };
}
