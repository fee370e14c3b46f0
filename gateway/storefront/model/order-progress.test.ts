import { expect, test } from "bun:test";
import { orderHeadline, orderOutcome, orderSteps } from "./order-progress.ts";

const states = (status: Parameters<typeof orderSteps>[0]) => orderSteps(status).map(({ state }) => state);

test("an order goes through its steps one by one", () => {
  expect(states("securing")).toEqual(["current", "ahead", "ahead", "ahead"]);
  expect(states("authorising")).toEqual(["done", "current", "ahead", "ahead"]);
  expect(states("selling")).toEqual(["done", "done", "current", "ahead"]);
  expect(states("confirmed")).toEqual(["done", "done", "done", "current"]);
  expect(states("captured")).toEqual(["done", "done", "done", "done"]);
});

test("a refused order has no step to wait for and says so", () => {
  expect(states("refused")).toEqual(["ahead", "ahead", "ahead", "ahead"]);
  expect(orderHeadline("refused")).toContain("did not go through");
});

test("an order's outcome tells those that went through from the others", () => {
  expect(orderOutcome("authorising")).toBe("under way");
  expect(orderOutcome("confirmed")).toBe("confirmed");
  expect(orderOutcome("captured")).toBe("confirmed");
  expect(orderOutcome("refused")).toBe("did not go through");
});
