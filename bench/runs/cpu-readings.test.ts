import { expect, test } from "bun:test";
import { CpuReadings } from "./cpu-readings.ts";

function reading(micros: number) {
  return { shopMicros: micros, postgresMicros: micros * 2, generatorMicros: 0 };
}

test("what was used between two boundaries counts over the time that passed between their readings", () => {
  const readings = new CpuReadings();
  readings.take(0, 0.01, reading(100));
  readings.take(1, 1.02, reading(400));
  const spent = readings.between(0, 1);
  expect(spent?.seconds).toBeCloseTo(1.01);
  expect(spent?.cpu).toMatchObject({ shopMicros: 300, postgresMicros: 600 });
});

test("boundaries that were missed take the reading that came after them", () => {
  const readings = new CpuReadings();
  readings.take(0, 0, reading(0));
  readings.take(3, 3.2, reading(900));
  expect(readings.between(0, 1)).toMatchObject({ seconds: 3.2, cpu: { shopMicros: 900 } });
  expect(readings.between(1, 2)).toBeUndefined();
  expect(readings.last).toBe(3);
});

test("what was never reached is counted up to where it was looked", () => {
  const readings = new CpuReadings();
  readings.take(0, 0, reading(0));
  readings.take(1, 1, reading(500));
  expect(readings.between(0, 9)?.cpu.shopMicros).toBe(500);
  expect(readings.between(7, 9)).toBeUndefined();
});
