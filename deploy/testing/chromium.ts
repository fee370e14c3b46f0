import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

// Chromium draws the suggestions below its address bar as pages, in a process that each visitor's window would start anew: as
// much work as all that a visitor does, for a bar that nobody sees.
const UNSEEN_FEATURES = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"];

// Chromium heeds the last such list alone: what Playwright turns off stays off.
const PLAYWRIGHT_FEATURES = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];

// A test's browser talks to the shop and to nobody else.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${[...PLAYWRIGHT_FEATURES, ...UNSEEN_FEATURES].join(",")}`,
];

// Text, so that the first page needs its fonts.
const FIRST_PAGE = "data:text/html,<p>ready</p>";
const LAUNCHES_MAX = 3;
const DRAWN_MS_MAX = 20_000;

/**
 * Starts a headless Chromium that has drawn a page: the machine's own, or one that is installed first where that is possible (root
 * on Debian). One that dies before is started again: fontconfig 2.14 now and then ends it with SIGSEGV while one of its threads
 * finds out how to draw text for the first time (`FcConfigSubstituteWithPat`, in the dump that Chromium left).
 * @throws Error that says what to install, or why it does not start.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium() ?? installChromium();
  for (let launches = 1; ; launches += 1) {
    try {
      return await launchDrawing(executablePath);
    } catch (error) {
      if (launches === LAUNCHES_MAX) throw error;
    }
  }
}

async function launchDrawing(executablePath: string): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  // Playwright sees that the program has ended, and does not always tell those who wait for it.
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Chromium draws no page in ${DRAWN_MS_MAX} ms`)),
    DRAWN_MS_MAX,
  );
  try {
    await Promise.race([drawPage(browser), tooLate]);
    return browser;
  } catch (error) {
    // One that has died answers this as little as anything else.
    void browser.close().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function drawPage(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.goto(FIRST_PAGE);
  await page.close();
}

/** Where the machine's Chromium is; undefined when it has none. `CHROMIUM_PATH` goes before the usual places. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  return named !== undefined && named !== "" ? named : PLACES.find((place) => existsSync(place));
}

function installChromium(): string {
  const isDebian = existsSync("/etc/debian_version") && Bun.which("apt-get") !== null;
  if (isDebian && process.getuid?.() === 0) {
    run(["apt-get", "update", "-q"]);
    run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]);
  }
  const path = findChromium();
  if (path !== undefined) return path;
  throw new Error(
    "The browser tests need Chromium: install it (apt-get install chromium) or set CHROMIUM_PATH to its program.",
  );
}

function run(command: readonly string[]): void {
  // A failure shows in that there is no Chromium afterwards; apt's own words say why.
  Bun.spawnSync([...command], {
    stdout: "ignore",
    stderr: "inherit",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}
