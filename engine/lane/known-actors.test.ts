import { expect, test } from "bun:test";
import { KNOWN_PAGE_LENGTH } from "../ports/snapshots.ts";
import { KnownActors } from "./known-actors.ts";

function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => `shop/cart/${prefix}${number}`);
}

test("what was added is known, and nothing of a hundred thousand others", () => {
  const known = new KnownActors();
  for (const name of names("C", 50_000)) known.add(name);
  expect(names("C", 50_000).every((name) => known.has(name))).toBe(true);
  // 32 bits alone would mistake one or two of these.
  expect(names("X", 100_000).filter((name) => known.has(name))).toEqual([]);
});

test("the stored form knows the same actors, each once", () => {
  const known = new KnownActors();
  for (const name of ["a", "b", "c", "a"]) known.add(name);
  const { first, fingerprints } = known.unstored();
  expect([first, fingerprints.length]).toEqual([0, 6]);
  const again = new KnownActors(fingerprints);
  expect(["a", "b", "c", "d"].map((name) => again.has(name))).toEqual([true, true, true, false]);
  expect(again.count).toBe(3);
});

test("the stored form does not change with the program", () => {
  const known = new KnownActors();
  known.add("shop/cart/C");
  expect([...known.unstored().fingerprints]).toEqual([0xa2ba5e47, 0xf4ffc3b3]);
});

test("half a fingerprint of the first release is that of the same actor", () => {
  const known = new KnownActors(Uint32Array.from([0xa2ba5e47, 0]));
  expect(["shop/cart/C", "shop/cart/D"].map((name) => known.has(name))).toEqual([true, false]);
  known.add("shop/cart/C");
  expect(known.count).toBe(1);
});

test("a checkpoint writes the pages that have changed, however many actors there are", () => {
  const known = new KnownActors();
  for (const name of names("C", 20 * KNOWN_PAGE_LENGTH + 7)) known.add(name);
  known.stored(20 * KNOWN_PAGE_LENGTH + 7);
  known.add("shop/cart/new");
  const { first, fingerprints } = known.unstored();
  expect([first, fingerprints.length / 2]).toEqual([20 * KNOWN_PAGE_LENGTH, 8]);
});

test("what was not stored is written again", () => {
  const known = new KnownActors();
  for (const name of names("C", KNOWN_PAGE_LENGTH + 1)) known.add(name);
  expect(known.unstored()).toEqual(known.unstored());
  known.stored(KNOWN_PAGE_LENGTH - 1);
  expect(known.unstored().first).toBe(0);
  known.stored(KNOWN_PAGE_LENGTH);
  expect(known.unstored().first).toBe(KNOWN_PAGE_LENGTH);
});

test("what was read is written once more by the first checkpoint", () => {
  const known = new KnownActors(Uint32Array.from({ length: 4 * KNOWN_PAGE_LENGTH }, (_, index) => index + 1));
  expect(known.unstored().first).toBe(0);
  known.stored(2 * KNOWN_PAGE_LENGTH);
  expect(known.unstored()).toEqual({ first: 2 * KNOWN_PAGE_LENGTH, fingerprints: new Uint32Array() });
});
