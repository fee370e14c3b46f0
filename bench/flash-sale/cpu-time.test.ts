import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { cpuTimeBetween, parentNamed, readCpuTime } from "./cpu-time.ts";

const hasProc = existsSync("/proc/self/stat");

test("the time of processes that are not there is unknown, not zero", () => {
  const time = readCpuTime({ shopPid: undefined, postgresPid: 2 ** 30 });
  expect([time.shopMicros, time.postgresMicros]).toEqual([null, null]);
  expect(cpuTimeBetween(time, time).shopMicros).toBeNull();
});

test.if(hasProc)("a process that works uses time", () => {
  const processes = { shopPid: process.pid, postgresPid: process.ppid };
  const before = readCpuTime(processes);
  let after = before;
  // The kernel counts in steps of 10 ms: work until one shows.
  while ((cpuTimeBetween(before, after).shopMicros ?? 0) === 0) after = readCpuTime(processes);
  expect(cpuTimeBetween(before, after).generatorMicros).toBeGreaterThan(0);
  // This process is a child of its parent, so that the family's time has grown as well.
  expect(cpuTimeBetween(before, after).postgresMicros).toBeGreaterThan(0);
});

test.if(hasProc)("a parent is found by the name of its child only", () => {
  expect(parentNamed(process.pid, "no such program")).toBeUndefined();
});
