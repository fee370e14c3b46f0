import { expect, test } from "bun:test";
import { busFrameSamples } from "../../testing/bus-frame-samples.ts";
import { decodeFrame } from "../frame.ts";
import { decodeBusFrame, encodeBusFrame, senderOf } from "./bus-frame.ts";

test("every kind of frame reads as it was written", () => {
  for (const { head, body } of busFrameSamples) {
    expect(decodeBusFrame(encodeBusFrame(head, body))).toEqual({ head, body });
  }
});

test("the golden frames read as they were written", async () => {
  const texts = (await Bun.file(new URL("../golden/bus-frame-2.json", import.meta.url)).json()) as string[];
  expect(texts.map((text) => decodeBusFrame(text))).toEqual([...busFrameSamples]);
  expect(decodeFrame(decodeBusFrame(texts[0] ?? "").body).length).toBeGreaterThan(0);
});

test.each([
  ["", 'bus frame version "" is not 2'],
  ["3 items node-a/lane-0 s 1 -\n", 'bus frame version "3" is not 2'],
  ["2 items node-a/lane-0 s 1\n", "bus frame head is malformed"],
  ["2 other node-a/lane-0 s 1 -\n", "bus frame head is malformed"],
  ["2 items node-a s 1 -\n", "bus frame has no sender"],
  ["2 items node-a/lane-0 s -1 -\n", "bus frame has no number"],
  ["2 items node-a/lane-0 s 1.5 -\n", "bus frame has no number"],
  ["2 items node-a/lane-0 s 1 -", 'bus frame version "" is not 2'],
])("%p is no frame", (text, message) => {
  expect(() => decodeBusFrame(text)).toThrow(message);
});

test.each([
  ["3 items node-a/lane-0 s 1 -\n", { from: "node-a/lane-0", stream: "s" }],
  ["17 other node-a/lane-0 s\nnonsense", { from: "node-a/lane-0", stream: "s" }],
  ["x items node-a/lane-0 s 1 -\n", undefined],
  ["3 items nobody s 1 -\n", undefined],
  ["3 items node-a/lane-0\n", undefined],
  ["3 items node-a/lane-0 s 1 -", undefined],
])("whose frame %p is shows in every version", (text, sender) => {
  expect(senderOf(text)).toEqual(sender);
});
