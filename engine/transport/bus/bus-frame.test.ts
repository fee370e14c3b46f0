import { expect, test } from "bun:test";
import { busFrameSamples } from "../../testing/bus-frame-samples.ts";
import { decodeFrame } from "../frame.ts";
import { decodeBusFrame, encodeBusFrame } from "./bus-frame.ts";

test("every kind of frame reads as it was written", () => {
  for (const { head, body } of busFrameSamples) {
    expect(decodeBusFrame(encodeBusFrame(head, body))).toEqual({ head, body });
  }
});

test("the golden frames read as they were written", async () => {
  const texts = (await Bun.file(new URL("../golden/bus-frame-1.json", import.meta.url)).json()) as string[];
  expect(texts.map((text) => decodeBusFrame(text))).toEqual([...busFrameSamples]);
  expect(decodeFrame(decodeBusFrame(texts[0] ?? "").body).length).toBeGreaterThan(0);
});

test.each([
  ["", "bus frame version is not 1"],
  ["2 items node-a/lane-0 s 1 -\n", "bus frame version is not 1"],
  ["1 items node-a/lane-0 s 1\n", "bus frame head is malformed"],
  ["1 other node-a/lane-0 s 1 -\n", "bus frame head is malformed"],
  ["1 items node-a s 1 -\n", "bus frame has no sender"],
  ["1 items node-a/lane-0 s -1 -\n", "bus frame has no number"],
  ["1 items node-a/lane-0 s 1.5 -\n", "bus frame has no number"],
  ["1 items node-a/lane-0 s 1 -", "bus frame version is not 1"],
])("%p is no frame", (text, message) => {
  expect(() => decodeBusFrame(text)).toThrow(message);
});
