import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { cpuTimeBetween, cpuUnknownBecause, parentNamed, readCpuTime } from "./cpu-time.ts";

const WORK_MS_MAX = 5_000;
const hasProc = existsSync("/proc/self/stat");

test("the time of processes that are not there is unknown, not zero", () => {
  const time = readCpuTime({ shopPids: [process.pid, 2 ** 30], postgresPid: 2 ** 30 });
  expect([time.shopMicros, time.postgresMicros]).toEqual([null, null]);
  expect(readCpuTime({ shopPids: "they are elsewhere", postgresPid: undefined }).shopMicros).toBeNull();
  expect(cpuTimeBetween(time, time).shopMicros).toBeNull();
});

test("why the time of the shop or of Postgres is unknown can be told", () => {
  const shopPids = [process.pid];
  expect(cpuUnknownBecause({ shopPids, postgresPid: process.pid })).toBeNull();
  expect(cpuUnknownBecause({ shopPids: "they are elsewhere", postgresPid: process.pid })).toBe(
    "they are elsewhere",
  );
  expect(cpuUnknownBecause({ shopPids, postgresPid: undefined })).toBe(
    "Postgres does not run on this machine",
  );
});

test("time that seems to run backwards is unknown", () => {
  const earlier = { shopMicros: 20, postgresMicros: 30, generatorMicros: 0 };
  const later = { shopMicros: 25, postgresMicros: 10, generatorMicros: 1 };
  expect(cpuTimeBetween(earlier, later)).toEqual({ shopMicros: 5, postgresMicros: null, generatorMicros: 1 });
});

test.if(hasProc)("a process that works uses time", () => {
  const processes = { shopPids: [process.pid], postgresPid: process.ppid };
  const before = readCpuTime(processes);
  const used = () => cpuTimeBetween(before, readCpuTime(processes));
  // The kernel counts in steps of up to 10 ms, each clock in its own: work until all three show some. This process is a
  // child of its parent, so that the family's time grows as well.
  const isCounted = ({ generatorMicros, shopMicros, postgresMicros }: ReturnType<typeof used>) =>
    generatorMicros > 0 && (shopMicros ?? 0) > 0 && (postgresMicros ?? 0) > 0;
  const giveUpAtMs = performance.now() + WORK_MS_MAX;
  while (!isCounted(used()) && performance.now() < giveUpAtMs);
  expect(used()).toSatisfy(isCounted);
});

test.if(hasProc)("a parent is found by the name of its child only", () => {
  expect(parentNamed(process.pid, "no such program")).toBeUndefined();
});
