import { expect, test } from "bun:test";
import { Popularity } from "./popularity.ts";
import { Random } from "./random.ts";

const DRAWS = 200_000;

function shares(count: number, exponent: number): readonly number[] {
  const popularity = new Popularity(count, exponent);
  const random = new Random(9);
  const counts = Array.from({ length: count }, () => 0);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const rank = popularity.pick(random);
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  return counts.map((found) => found / DRAWS);
}

test("each product has the share that Zipf's law gives it", () => {
  const found = shares(50, 1);
  const harmonic = Array.from({ length: 50 }, (_, index) => 1 / (index + 1)).reduce((a, b) => a + b, 0);
  for (const rank of [0, 1, 9, 49]) {
    const expected = 1 / (rank + 1) / harmonic;
    expect(Math.abs((found[rank] ?? 0) - expected)).toBeLessThan(4 * Math.sqrt(expected / DRAWS));
  }
});

test("with exponent 0 all are equally popular, and a single product is always the one", () => {
  for (const share of shares(10, 0)) expect(share).toBeWithin(0.097, 0.103);
  expect(shares(1, 1)).toEqual([1]);
});

test("somebody who wants different products gets each but once, even all of them", () => {
  const popularity = new Popularity(5, 3);
  const random = new Random(2);
  const taken: number[] = [];
  for (let line = 0; line < 5; line += 1) taken.push(popularity.pickOther(random, taken));
  expect(new Set(taken)).toEqual(new Set([0, 1, 2, 3, 4]));
});
