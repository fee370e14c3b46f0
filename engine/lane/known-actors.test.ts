import { expect, test } from "bun:test";
import { KnownActors } from "./known-actors.ts";

test("what was added is known, and nothing of ten thousand others", () => {
  const known = new KnownActors();
  for (let number = 0; number < 5_000; number += 1) known.add(`shop/cart/C${number}`);
  for (let number = 0; number < 5_000; number += 1) expect(known.has(`shop/cart/C${number}`)).toBe(true);
  const strangers = Array.from({ length: 10_000 }, (_, number) => `shop/cart/X${number}`);
  // 5,000 fingerprints of 2³² for each of 10,000: one or none is found by accident.
  expect(strangers.filter((name) => known.has(name)).length).toBeLessThanOrEqual(1);
});

test("the stored form knows the same actors, each once", () => {
  const known = new KnownActors();
  for (const name of ["a", "b", "c", "a"]) known.add(name);
  const bytes = known.toBytes();
  expect(bytes.byteLength).toBe(12);
  const shifted = new Uint8Array(bytes.byteLength + 1);
  shifted.set(bytes, 1);
  const again = new KnownActors(shifted.subarray(1));
  expect(["a", "b", "c", "d"].map((name) => again.has(name))).toEqual([true, true, true, false]);
});

test("the stored form does not change with the program", () => {
  const known = new KnownActors();
  known.add("shop/cart/C");
  expect(Buffer.from(known.toBytes()).toString("hex")).toBe("475ebaa2");
});
