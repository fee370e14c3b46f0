import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, launchChromium } from "./chromium.ts";

// The first run on a fresh machine installs a browser.
const INSTALL_MS = 300_000;

setDefaultTimeout(120_000);

const named = process.env["CHROMIUM_PATH"];
const directory = mkdtempSync(join(tmpdir(), "stampede-chromium-"));
let installed = "";

beforeAll(async () => {
  const browser = await launchChromium();
  await browser.close();
  installed = findChromium() ?? "";
}, INSTALL_MS);
afterAll(() => {
  if (named === undefined) delete process.env["CHROMIUM_PATH"];
  else process.env["CHROMIUM_PATH"] = named;
  rmSync(directory, { recursive: true, force: true });
});

/** Chromium, of which the first `deaths` processes die as soon as they are asked for a page. Returns where it notes each launch. */
function useDyingChromium(deaths: number): string {
  const launches = join(directory, `launches-${deaths}`);
  const program = join(directory, `chromium-${deaths}`);
  writeFileSync(launches, "");
  const isToDie = `[ "$(wc -l < "${launches}")" -le ${deaths} ]`;
  // A page has a process of its own, whose start is what it dies of here.
  const wrapper = join(directory, `renderer-${deaths}`);
  writeFileSync(wrapper, `#!/bin/sh\n${isToDie} && kill -KILL $PPID\nexec "$@"\n`);
  writeFileSync(
    program,
    `#!/bin/sh\necho launch >> "${launches}"\nexec "${installed}" --renderer-cmd-prefix="${wrapper}" "$@"\n`,
  );
  for (const file of [program, wrapper]) chmodSync(file, 0o755);
  process.env["CHROMIUM_PATH"] = program;
  return launches;
}

function linesOf(path: string): number {
  return readFileSync(path, "utf8").split("\n").length - 1;
}

test("a browser that dies of its first page is started again", async () => {
  const launches = useDyingChromium(2);
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto("data:text/html,<h1>here</h1>");
  expect(await page.locator("h1").textContent()).toBe("here");
  await browser.close();
  expect(linesOf(launches)).toBe(3);
});

test("one that always dies is not tried for ever", async () => {
  const launches = useDyingChromium(100);
  await expect(launchChromium()).rejects.toThrow("closed");
  expect(linesOf(launches)).toBe(3);
});
