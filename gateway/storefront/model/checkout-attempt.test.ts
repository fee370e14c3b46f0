import { expect, test } from "bun:test";
import { forget, isUncertain, recall, remember } from "./checkout-attempt.ts";
import type { TabMemory } from "./tab-memory.ts";

const attempt = { key: "key-1", paymentToken: "tok_ok", cart: "cart-1" };

function memoryOf(entries: Iterable<readonly [string, string]> = []): TabMemory {
  const map = new Map(entries);
  return {
    getItem: (name) => map.get(name) ?? null,
    setItem: (name, value) => void map.set(name, value),
    removeItem: (name) => void map.delete(name),
  };
}

test("an attempt is remembered with its key until its answer is there", () => {
  const memory = memoryOf();
  expect(recall(memory)).toBeUndefined();
  remember(memory, attempt);
  expect(recall(memory)).toEqual(attempt);
  forget(memory);
  expect(recall(memory)).toBeUndefined();
});

test("what is no attempt is not taken for one", () => {
  for (const text of ["", "{", "null", "[]", '{"key":""}', '{"key":"k","paymentToken":"t"}']) {
    expect(recall(memoryOf([["stampede.checkout", text]]))).toBeUndefined();
  }
});

test("only refusals that leave the outcome open keep the key in use", () => {
  expect(isUncertain({ code: "outcome_unknown" })).toBe(true);
  expect(isUncertain({ code: "connection_closed" })).toBe(true);
  expect(isUncertain({ code: "payment_declined" })).toBe(false);
});
