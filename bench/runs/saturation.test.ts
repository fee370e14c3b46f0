import { expect, test } from "bun:test";
import { SaturationAlarm } from "./saturation.ts";
import { Schedule } from "./schedule.ts";
import { testScenario } from "./testing/scenario.ts";
import { toldSecond } from "./testing/told-second.ts";

/** An alarm over two seconds of warm-up, six that are calm and four of a spike. */
function newAlarm(): SaturationAlarm {
  const phases = [
    { name: "calm", seconds: 6, fromRate: 10, toRate: 10 },
    { name: "spike", seconds: 4, fromRate: 100, toRate: 100 },
  ];
  return new SaturationAlarm(new Schedule(testScenario({ warmUpSeconds: 2, phases })));
}

test("generators that keep up raise no alarm", () => {
  const alarm = newAlarm();
  alarm.take(toldSecond(2, { cpuMicros: 850_000, latestStartMs: 40 }));
  expect(alarm.result).toEqual({ isSaturated: false, reasons: [] });
});

test("a generator that uses its whole processor raises the alarm, with the second in which that began and its phase", () => {
  const alarm = newAlarm();
  alarm.take(toldSecond(4, { generator: 1, cpuMicros: 930_000 }));
  alarm.take(toldSecond(5, { generator: 1, cpuMicros: 980_000 }));
  expect(alarm.result).toEqual({
    isSaturated: true,
    reasons: ["Generator 1 used up to 98 % of a processor from second 4 on (in 2 seconds of calm)"],
  });
});

test("a generator that begins arrivals late raises the alarm", () => {
  const alarm = newAlarm();
  alarm.take(toldSecond(7, { latestStartMs: 81.4 }));
  alarm.take(toldSecond(9, { latestStartMs: 60 }));
  expect(alarm.result.reasons).toEqual([
    "Generator 0 began arrivals up to 81 ms late from second 7 on (in 2 seconds of calm, spike)",
  ]);
});

test("one bad second may be a pause of the machine", () => {
  const alarm = newAlarm();
  alarm.take(toldSecond(7, { cpuMicros: 1_200_000, latestStartMs: 81.4 }));
  expect(alarm.result.isSaturated).toBe(false);
});

test("what happens in the warm-up is no part of the figures", () => {
  const alarm = newAlarm();
  for (const second of [0, 1]) alarm.take(toldSecond(second, { cpuMicros: 1_500_000, latestStartMs: 500 }));
  expect(alarm.result.isSaturated).toBe(false);
});
