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

/** Makes a Chromium of which the first process dies as soon as it is asked for a page. Returns where it notes each launch. */
function useDyingChromium(): string {
  const launches = join(directory, "launches");
  // A page has a process of its own, whose start is what the browser dies of here.
  const page = program("page", `[ "$(wc -l < "${launches}")" = 1 ] && kill -KILL $PPID && exit\nexec "$@"`);
  const start = `exec "${installed}" --renderer-cmd-prefix="${page}" "$@"`;
  process.env["CHROMIUM_PATH"] = program("chromium", `echo launch >> "${launches}"\n${start}`);
  return launches;
}

function program(name: string, script: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function linesOf(path: string): number {
  return readFileSync(path, "utf8").split("\n").length - 1;
}

test("a browser that dies of its first page is started again", async () => {
  const launches = useDyingChromium();
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto("data:text/html,<h1>here</h1>");
  expect(await page.locator("h1").textContent()).toBe("here");
  await browser.close();
  expect(linesOf(launches)).toBe(2);
});

test("one that never starts is not tried for ever", async () => {
  const launches = join(directory, "attempts");
  process.env["CHROMIUM_PATH"] = program("broken", `echo attempt >> "${launches}"\nexit 1`);
  await expect(launchChromium()).rejects.toThrow("closed");
  expect(linesOf(launches)).toBe(3);
});
