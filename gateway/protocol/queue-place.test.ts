import { expect, test } from "bun:test";
import { randomFrom } from "./testing/frame-generator.ts";
import { shuffledPlace } from "./queue-place.ts";

const random = randomFrom(7);
const anySeed = (): number => Math.floor(random() * 2 ** 32);

test.each([1, 2, 3, 5, 16, 17, 255, 256, 257, 1_000, 4_097, 65_537])(
  "everybody of a crowd of %d has a place, and each place has somebody",
  (size) => {
    for (let round = 0; round < 5; round += 1) {
      const seed = anySeed();
      const places = Array.from({ length: size }, (_, number) => shuffledPlace(number, { size, seed }));
      expect(places.every((place) => Number.isSafeInteger(place) && place >= 0 && place < size)).toBe(true);
      expect(new Set(places).size).toBe(size);
    }
  },
);

test("a crowd larger than 2³¹ still has places", () => {
  const size = 2 ** 31 + 11;
  const places = [0, 1, 2 ** 31, size - 1].map((number) => shuffledPlace(number, { size, seed: 5 }));
  expect(new Set(places).size).toBe(4);
  expect(places.every((place) => place >= 0 && place < size)).toBe(true);
});

// χ² of 99 degrees of freedom is above 160 once in ten thousand times, and the seeds here are always the same.
test.each([100, 1_000, 10_000])("whoever came when, of %d, no place is likelier than another", (size) => {
  const [cells, seeds] = [100, 4_000];
  for (const number of [0, 1, Math.floor(size / 2), size - 1]) {
    const counts = Array.from({ length: cells }, () => 0);
    for (let index = 0; index < seeds; index += 1) {
      const cell = Math.floor((shuffledPlace(number, { size, seed: anySeed() }) * cells) / size);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    const expected = seeds / cells;
    const unevenness = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(unevenness).toBeLessThan(160);
  }
});

test("who came one after the other stands apart", () => {
  const size = 10_000;
  let together = 0;
  for (let index = 0; index < 4_000; index += 1) {
    const shuffle = { size, seed: anySeed() };
    const number = Math.floor(random() * (size - 1));
    if (Math.abs(shuffledPlace(number, shuffle) - shuffledPlace(number + 1, shuffle)) <= size / 100)
      together += 1;
  }
  // 2 % by chance: 80 of 4,000, and four times its deviation.
  expect(together).toBeGreaterThan(44);
  expect(together).toBeLessThan(116);
});
