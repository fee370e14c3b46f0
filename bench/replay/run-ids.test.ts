import { expect, test } from "bun:test";
import { CART_PATTERN } from "../../gateway/protocol/bounds.ts";
import { newRun, RunIds } from "./run-ids.ts";

test("customers of a run have ids that carts may have too", () => {
  const ids = new RunIds(newRun(Date.UTC(2026, 10, 27)));
  expect(ids.customer("17850")).toMatch(CART_PATTERN);
  expect(ids.customer("inv-536365")).toStartWith(ids.prefix);
});

test("runs are named by time, then by chance", () => {
  expect([newRun(1_000, () => 0), newRun(1_000, () => 0.999_999_9)]).toEqual(["rs0000", "rszzzz"]);
});

test("a name that could be mistaken for another run's is refused", () => {
  expect(() => new RunIds("a-b")).toThrow("a run is named by");
});
