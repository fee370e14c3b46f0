import { beforeEach, expect, test } from "bun:test";
import type { BusFrameType } from "./bus-frame.ts";
import { IncomingStream, type Continuation } from "./incoming-stream.ts";

let incoming: IncomingStream;

beforeEach(() => {
  incoming = new IncomingStream();
});

function hear(stream: string, number: number, type: BusFrameType = "items"): Continuation {
  return incoming.heard({ type, from: "node-a/gateway-0", stream, number, answering: undefined });
}

test("frames in their order follow each other, and beats say the number of the last one", () => {
  const heard = [hear("a", 1), hear("a", 1, "beat"), hear("a", 2), hear("a", 2, "echo")];
  expect(heard).toEqual(["next", "next", "next", "next"]);
});

test("what is lost shows in the next frame or beat, once", () => {
  const heard = [hear("a", 2), hear("a", 3), hear("a", 5, "beat"), hear("a", 5, "beat"), hear("a", 6)];
  expect(heard).toEqual(["gap", "next", "gap", "next", "next"]);
});

test("a frame that comes twice or was overtaken is old", () => {
  expect([hear("a", 1), hear("a", 1), hear("a", 3), hear("a", 2)]).toEqual(["next", "old", "gap", "old"]);
});

test("late frames of any of the streams before are old, and take nothing from the present one", () => {
  hear("a", 1);
  expect([hear("b", 1), hear("c", 1)]).toEqual(["other", "other"]);
  expect([hear("a", 2), hear("b", 2), hear("c", 2)]).toEqual(["old", "old", "next"]);
});

test("a stream that was taken for ended and goes on is heard again, also when it only beats", () => {
  hear("b", 7);
  // Somebody who had the name before and stood still says a last word.
  expect(hear("a", 3)).toBe("other");
  const heard = Array.from({ length: 5 }, () => hear("b", 7, "beat"));
  expect(heard).toEqual(["old", "old", "old", "other", "next"]);
  expect([hear("a", 4), hear("b", 8)]).toEqual(["old", "next"]);
});

test("streams that ended long ago are forgotten", () => {
  for (let start = 0; start < 20; start += 1) hear(`stream-${start}`, 1);
  expect([hear("stream-12", 2), hear("stream-0", 2)]).toEqual(["old", "other"]);
  expect([hear("stream-19", 2), hear("stream-0", 3)]).toEqual(["old", "next"]);
});
