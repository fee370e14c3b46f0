import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";

// Not what a visitor would wait for: what does not come at all fails, however busy the machine is.
const WAIT_MS = 30_000;

/** Visitors of a shop, each with a browser of their own that remembers nobody else. */
export class Visitors {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  readonly #faults: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<Visitors> {
    return new Visitors(await launchChromium());
  }

  /** Opens the shop and waits until it is live, and nothing comes that would move what is there. */
  async visit(url: string, width?: number, height?: number): Promise<Page> {
    const page = await this.open(url, width, height);
    await page.locator(".card").first().waitFor();
    await page.locator(".shelf-count", { hasText: /^\d+ products?$/ }).waitFor();
    await page.locator(".live-mark-live").waitFor();
    return page;
  }

  /** Opens any page. */
  async open(url: string, width = 1280, height = 900): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width, height },
      locale: "en-GB",
      // What is measured shall not be on its way.
      reducedMotion: "reduce",
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.#faults.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  /** Lets everybody go. Returns the errors that their pages had since the last time. */
  async leave(): Promise<readonly string[]> {
    for (const context of this.#contexts.splice(0)) await context.close();
    return this.takeFaults();
  }

  /** A browser at no page yet, which runs no scripts. */
  async read(): Promise<Page> {
    const context = await this.#browser.newContext({ javaScriptEnabled: false, locale: "en-GB" });
    this.#contexts.push(context);
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") this.#faults.push(message.text());
    });
    return page;
  }

  /** The errors that pages had since the last time. */
  takeFaults(): readonly string[] {
    return this.#faults.splice(0);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
