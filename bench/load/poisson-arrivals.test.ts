import { expect, test } from "bun:test";
import { PoissonArrivals, type RateStretch } from "./poisson-arrivals.ts";
import { Random } from "./random.ts";

function arrivals(stretches: readonly RateStretch[], seed = 11): readonly number[] {
  const process = new PoissonArrivals(stretches, new Random(seed));
  const times: number[] = [];
  for (let atMs = process.next(); atMs !== undefined; atMs = process.next()) times.push(atMs);
  return times;
}

function within(times: readonly number[], fromMs: number, toMs: number): number {
  return times.filter((atMs) => atMs >= fromMs && atMs < toMs).length;
}

test("as many arrive as the rate says, in order, none after the end", () => {
  const times = arrivals([{ seconds: 100, fromRate: 500, toRate: 500 }]);
  // Four standard deviations of a Poisson count around 50,000.
  expect(times.length).toBeWithin(49_106, 50_895);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.at(-1)).toBeLessThan(100_000);
});

test("waits at a constant rate are exponential: as many are short as a Poisson process has", () => {
  const times = arrivals([{ seconds: 100, fromRate: 1_000, toRate: 1_000 }]);
  const waits = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
  const share = (belowMs: number) => waits.filter((wait) => wait < belowMs).length / waits.length;
  expect(share(0.1)).toBeWithin(0.092, 0.098);
  expect(share(1)).toBeWithin(0.627, 0.637);
  expect(share(3)).toBeWithin(0.948, 0.953);
});

test("a ramp has its rate at every moment: each half has its share", () => {
  const times = arrivals([{ seconds: 100, fromRate: 0, toRate: 1_000 }]);
  expect(within(times, 0, 50_000)).toBeWithin(12_052, 12_948);
  expect(within(times, 50_000, 100_000)).toBeWithin(36_725, 38_275);
  const falling = arrivals([{ seconds: 100, fromRate: 1_000, toRate: 0 }]);
  expect(within(falling, 0, 50_000)).toBeWithin(36_725, 38_275);
});

test("a spike begins and ends where its stretch does, and nobody comes while the rate is 0", () => {
  const quiet = { seconds: 10, fromRate: 0, toRate: 0 };
  const times = arrivals([quiet, { seconds: 1, fromRate: 5_000, toRate: 5_000 }, quiet]);
  expect(within(times, 10_000, 11_000)).toBe(times.length);
  expect(times.length).toBeWithin(4_717, 5_283);
});

test("it makes no difference whether a rate is one stretch or a thousand", () => {
  const pieces = Array.from({ length: 1_000 }, () => ({ seconds: 0.01, fromRate: 100, toRate: 100 }));
  const [whole, inPieces] = [arrivals([{ seconds: 10, fromRate: 100, toRate: 100 }]), arrivals(pieces)];
  expect(inPieces.length).toBe(whole.length);
  for (const [index, atMs] of whole.entries()) expect(inPieces[index]).toBeCloseTo(atMs, 3);
});

test("shares of the rate in processes of their own come to the same number of arrivals in all", () => {
  const shares = [1, 2, 3, 4].map((seed) => arrivals([{ seconds: 50, fromRate: 250, toRate: 250 }], seed));
  expect(shares.reduce((sum, times) => sum + times.length, 0)).toBeWithin(49_106, 50_895);
  expect(new Set(shares.map((times) => times[0])).size).toBe(4);
});

test("the same seed gives the same times", () => {
  const spike = [{ seconds: 2, fromRate: 100, toRate: 1_000 }];
  expect(arrivals(spike, 3)).toEqual(arrivals(spike, 3));
  expect(arrivals(spike, 3)).not.toEqual(arrivals(spike, 4));
});
