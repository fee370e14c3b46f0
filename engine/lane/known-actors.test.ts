import { expect, test } from "bun:test";
import { KNOWN_PAGE_LENGTH, KNOWN_RECORD_LENGTH, type KnownPages } from "../ports/snapshots.ts";
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

test("the stored form knows the same actors, each once, and where they are", () => {
  const known = new KnownActors();
  for (const name of ["a", "b", "c", "a"]) known.add(name);
  known.add("b", { firstSeq: 7, gaps: 0x0201 });
  const stored = known.takeChanged();
  expect([stored.count, stored.pages.map(({ records }) => records.length)]).toEqual([
    3,
    [3 * KNOWN_RECORD_LENGTH],
  ]);
  const again = new KnownActors(stored);
  expect(["a", "b", "c", "d"].map((name) => again.has(name))).toEqual([true, true, true, false]);
  expect(["a", "b"].map((name) => again.footprint(name))).toEqual([undefined, { firstSeq: 7, gaps: 0x0201 }]);
  expect(again.count).toBe(3);
});

test("the stored form does not change with the program", () => {
  const known = new KnownActors();
  known.add("shop/cart/C", { firstSeq: 9, gaps: 1 });
  expect([...(known.takeChanged().pages[0]?.records ?? [])]).toEqual([0xa2ba5e47, 0xf4ffc3b3, 9, 1]);
});

test("half a fingerprint of the first release is that of the same actor", () => {
  const known = new KnownActors(pageOf([0xa2ba5e47, 0, 0, 0]));
  expect(["shop/cart/C", "shop/cart/D"].map((name) => known.has(name))).toEqual([true, false]);
  known.add("shop/cart/C");
  expect(known.count).toBe(1);
});

test("a checkpoint writes the pages that have changed, however many actors there are", () => {
  const known = new KnownActors();
  for (const name of names("C", 20 * KNOWN_PAGE_LENGTH + 7)) known.add(name);
  expect(known.takeChanged().pages).toHaveLength(21);
  known.add("shop/cart/new");
  known.add("shop/cart/C3", { firstSeq: 5, gaps: 0 });
  known.add("shop/cart/C1000");
  const { count, pages } = known.takeChanged();
  expect(count).toBe(20 * KNOWN_PAGE_LENGTH + 8);
  expect(pages.map(({ number, records }) => [number, records.length / KNOWN_RECORD_LENGTH])).toEqual([
    [0, KNOWN_PAGE_LENGTH],
    [20, 8],
  ]);
  expect(known.takeChanged().pages).toEqual([]);
});

test("what was not stored is written again", () => {
  const known = new KnownActors();
  for (const name of names("C", KNOWN_PAGE_LENGTH + 1)) known.add(name);
  const taken = known.takeChanged();
  known.takeBack(taken);
  expect(known.takeChanged()).toEqual(taken);
});

test("what was read is written once more by the first checkpoint, in pages of today's length", () => {
  const records = Uint32Array.from(
    { length: 2 * KNOWN_PAGE_LENGTH * KNOWN_RECORD_LENGTH },
    (_, index) => index + 1,
  );
  const known = new KnownActors(pageOf(records));
  const { pages } = known.takeChanged();
  expect(pages.map(({ number }) => number)).toEqual([0, 1]);
  expect(pages.flatMap((page) => [...page.records])).toEqual([...records]);
});

function pageOf(records: ArrayLike<number>): KnownPages {
  const page = { number: 0, records: Uint32Array.from(records) };
  return { count: records.length / KNOWN_RECORD_LENGTH, pages: [page] };
}
