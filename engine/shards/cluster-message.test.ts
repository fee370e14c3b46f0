import { expect, test } from "bun:test";
import { clusterMessageSamples } from "../testing/cluster-message-samples.ts";
import { decodeMessage, encodeMessage } from "./cluster-message.ts";

test("every kind of message reads as it was written", async () => {
  const text = await Bun.file(new URL("./golden/cluster-message-1.json", import.meta.url)).text();
  expect(decodeMessage(text) as typeof clusterMessageSamples).toEqual(clusterMessageSamples);
});

test("a message comes out as it went in", () => {
  expect(decodeMessage(encodeMessage(clusterMessageSamples))).toEqual(clusterMessageSamples);
});

test.each([
  ['[2,{"type":"Goodbye"}]', "cluster message version 2 is not 1"],
  ["{}", "not a message of a node"],
  ["[1]", "not a message of a node"],
  ["nonsense", "not a message of a node"],
])("what another program may have sent is a fault: %s", (text, message) => {
  expect(() => decodeMessage(text)).toThrow(message);
});
