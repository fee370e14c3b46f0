import { expect, test } from "bun:test";
import { stockLevel } from "./stock-level.ts";

const level = (available: number, paused = false) => stockLevel({ available, paused });

test("stock is told in words, not by the meter alone", () => {
  expect(level(0)).toEqual({ text: "Sold out", share: 0, tone: "none" });
  expect(level(1)).toEqual({ text: "Only 1 left", share: 0.01, tone: "few" });
  expect(level(10).tone).toBe("few");
  expect(level(11)).toEqual({ text: "11 in stock", share: 0.11, tone: "plenty" });
  expect(level(5_000).share).toBe(1);
});

test("what is not sold for now has no figure that would lead on", () => {
  expect(level(5, true)).toEqual({ text: "Not for sale at the moment", share: 0, tone: "none" });
  expect(level(0, true).text).toBe("Not for sale at the moment");
});
