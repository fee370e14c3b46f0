import { expect, test } from "bun:test";
import { Generator } from "../../engine/contract/testing/generator.ts";
import type { Expiring } from "./expiry-heap.ts";
import { ExpiryHeap } from "./expiry-heap.ts";

function item(holdId: string, expiresAtMs: number): Expiring {
  return { holdId, expiresAtMs, heapIndex: -1 };
}

function byExpiry(a: Expiring, b: Expiring): number {
  return a.expiresAtMs - b.expiresAtMs || (a.holdId < b.holdId ? -1 : 1);
}

test("an empty heap has nothing due", () => {
  const heap = new ExpiryHeap();
  expect(heap.earliestMs()).toBeUndefined();
  expect(heap.due(Number.MAX_SAFE_INTEGER)).toEqual([]);
});

test("an item is due at its expiry, not before", () => {
  const heap = new ExpiryHeap();
  const only = item("a", 100);
  heap.add(only);
  expect(heap.due(99)).toEqual([]);
  expect(heap.due(100)).toEqual([only]);
});

test("agrees with a sorted list over random additions, removals and moves", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const generator = new Generator(seed);
    const heap = new ExpiryHeap();
    const model: Expiring[] = [];
    for (let step = 0; step < 2_000; step++) {
      const chosen = model[generator.below(Math.max(1, model.length))];
      if (chosen === undefined || generator.chance(45)) {
        const added = item(`hold-${step}`, generator.below(200));
        model.push(added);
        heap.add(added);
      } else if (generator.chance(60)) {
        model.splice(model.indexOf(chosen), 1);
        heap.remove(chosen);
        expect(chosen.heapIndex).toBe(-1);
      } else heap.move(chosen, generator.below(200));
      const sorted = model.toSorted(byExpiry);
      expect(heap.earliestMs()).toBe(sorted[0]?.expiresAtMs);
      const nowMs = generator.below(200);
      expect(heap.due(nowMs)).toEqual(sorted.filter(({ expiresAtMs }) => expiresAtMs <= nowMs));
    }
  }
});
