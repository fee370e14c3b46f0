import { expect, test } from "bun:test";
import { withoutRealWorld } from "./real-world.ts";

test.each<readonly [string, () => unknown]>([
  ["the time", () => Date.now()],
  ["chance", () => Math.random()],
  ["a timer", () => setTimeout(() => undefined, 1)],
  ["the event loop", () => setImmediate(() => undefined)],
  ["randomness", () => crypto.randomUUID()],
])("a simulated program that reaches for %s is stopped", (_, reach) => {
  expect(() => withoutRealWorld(reach)).toThrow("of the real world");
});

test("the real world is back afterwards, also after a failure", () => {
  expect(withoutRealWorld(() => performance.now())).toBe(0);
  expect(Date.now()).toBeGreaterThan(0);
  expect(crypto.randomUUID()).toHaveLength(36);
  expect(performance.now()).toBeGreaterThan(0);
});
