import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { until } from "../../persistence/embedded/postmaster.ts";
import { readFamily } from "../flash-sale/cpu-time.ts";
import { Interrupted } from "../interruption/interruption.ts";
import { untilAtRest } from "./rest.ts";

const SIGNAL = new AbortController().signal;
const WORK_MS_MAX = 10_000;
// More than is used between any two looks at it.
const WORKED_MICROS = 700_000;

test("a server that has ended is at rest", async () => {
  const ended = Bun.spawn(["true"]);
  await ended.exited;
  await untilAtRest([ended.pid], SIGNAL);
});

test.if(existsSync("/proc/self/stat"))("a server at work is waited for", async () => {
  const worker = Bun.spawn(["sh", "-c", "while :; do :; done"]);
  let isAtRest = false;
  const rest = untilAtRest([worker.pid], SIGNAL).then(() => (isAtRest = true));
  const hasWorked = await until(() => (readFamily(worker.pid) ?? 0) > WORKED_MICROS, WORK_MS_MAX);
  expect([hasWorked, isAtRest]).toEqual([true, false]);
  worker.kill("SIGKILL");
  await rest;
});

test("whoever waits may be told to end early", async () => {
  const worker = Bun.spawn(["sleep", "600"]);
  const interruption = new AbortController();
  const rest = untilAtRest([worker.pid], interruption.signal);
  interruption.abort(new Interrupted());
  await expect(rest).rejects.toThrow(Interrupted);
  worker.kill("SIGKILL");
});
