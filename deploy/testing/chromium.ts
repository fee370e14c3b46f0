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

// A test's browser talks to the shop and to nobody else.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts a headless Chromium: the machine's own, or one that is installed first where that is possible (root on Debian).
 * @throws Error that says what to install.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? installChromium(), args: FLAGS });
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
