import { expect, test } from "bun:test";
import { allItems } from "../testing/frame-samples.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { ANSWER, COMMAND, type Item } from "./items.ts";

test("every kind of item comes out of a frame as it went in", () => {
  expect(decodeFrame(encodeFrame(allItems))).toEqual(allItems);
});

test("a refusal comes out with its values", () => {
  const refusal = { code: "insufficient_stock", detail: "Only 3 of MUG are left.", values: { available: 3 } };
  const items: readonly Item[] = [[ANSWER, 1, { type: "refused", refusal }]];
  expect(decodeFrame(encodeFrame(items))).toEqual(items);
});

test("a command that is barred comes out with why", () => {
  const command = [COMMAND, 1, "shop", "cart", "C", { type: "AddLine" }, "key", 5, null] as const;
  const items: readonly Item[] = [[...command, { code: "turn_passed", detail: "Too late." }], command];
  expect(decodeFrame(encodeFrame(items))).toEqual(items);
});

test("the golden frame reads as it was written", async () => {
  const text = await Bun.file(new URL("./golden/frame-3.json", import.meta.url)).text();
  expect(decodeFrame(text)).toEqual(allItems);
});

test("a frame of another version is a fault", () => {
  expect(() => decodeFrame("[1,[]]")).toThrow("frame version 1 is not 3");
});
