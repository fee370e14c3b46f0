import { expect, test } from "bun:test";
import { allItems } from "../testing/frame-samples.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";

test("every kind of item comes out of a frame as it went in", () => {
  expect(decodeFrame(encodeFrame(allItems))).toEqual(allItems);
});

test("the golden frame reads as it was written", async () => {
  const text = await Bun.file(new URL("./golden/frame-3.json", import.meta.url)).text();
  expect(decodeFrame(text)).toEqual(allItems);
});

test("a frame of another version is a fault", () => {
  expect(() => decodeFrame("[1,[]]")).toThrow("frame version 1 is not 3");
});
