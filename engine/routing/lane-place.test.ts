import { expect, test } from "bun:test";
import { formatLanePlace, isNodeName, parseLanePlace } from "./lane-place.ts";

test.each(["a/lane-0", "node-b/lane-2", "0-x/lane-63", `${"n".repeat(63)}/lane-10`])(
  "%s is a place, and is written as it was read",
  (text) => {
    const place = parseLanePlace(text);
    expect(place).toBeDefined();
    expect(place && formatLanePlace(place)).toBe(text);
  },
);

test.each([
  "",
  "node-b",
  "node-b/2",
  "node-b/lane-",
  "node-b/lane-02",
  "node-b/lane-64",
  "node-b/lane-100",
  "node-b/lane--1",
  "node-b/lane-2/",
  "node-b/lane-2\n",
  "/lane-2",
  "-b/lane-2",
  "Node/lane-2",
  "node.b/lane-2",
  `${"n".repeat(64)}/lane-1`,
])("%p is no place", (text) => {
  expect(parseLanePlace(text)).toBeUndefined();
});

test("a node's name cannot be mistaken for a part of a place or of a subject", () => {
  for (const name of ["a/b", "a.b", "a*", ">", "a b", "A"]) expect(isNodeName(name)).toBe(false);
});
