import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Log, LogFields } from "../../engine/ports/log.ts";
import { untilSilent } from "./patience.ts";

const SILENCE_MS = 200;

let directory: string;
let logPath: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "stampede-patience-"));
  logPath = join(directory, "postgres.log");
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** Keeps what is told of how far the server is. */
class ProgressLog implements Log {
  readonly told: unknown[] = [];

  info({ tookMs }: LogFields): void {
    this.told.push(tookMs);
  }

  debug(): void {}
  warn(): void {}
  error(): void {}
}

/** A server that says one line each time it is looked at, and is up after so many of them. */
function talkative(lines: readonly string[]): () => Promise<boolean> {
  let said = 0;
  return async () => {
    if (said === lines.length) return true;
    await appendFile(logPath, `${lines[said++]}\n`);
    await Bun.sleep(SILENCE_MS / 2);
    return false;
  };
}

test("a server that says how far it is is waited for, however long it takes, and whoever waits is told", async () => {
  const log = new ProgressLog();
  const redo = (seconds: number) =>
    `2026-11-23 02:00:00.000 UTC [7] LOG:  redo in progress, elapsed time: ${seconds}0.00 s, current LSN: 0/${seconds}A`;
  const lines = [
    "2026-11-23 02:00:00.000 UTC [7] LOG:  redo starts at 0/1A",
    redo(1),
    redo(2),
    redo(3),
    redo(4),
  ];
  expect(await untilSilent(talkative(lines), { logPath, log, silenceMs: SILENCE_MS })).toBe(true);
  expect(log.told).toEqual([10_000, 20_000, 30_000, 40_000]);
});

test("a server of which nothing is heard is given up", async () => {
  await appendFile(logPath, "what an earlier one has said\n");
  const log = new ProgressLog();
  const never = async () => false;
  expect(await untilSilent(never, { logPath, log, silenceMs: SILENCE_MS })).toBe(false);
  expect(log.told).toEqual([]);
});
