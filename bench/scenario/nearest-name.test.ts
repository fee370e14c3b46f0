import { expect, test } from "bun:test";
import { nearestName } from "./nearest-name.ts";

const NAMES = ["for", "rate", "sockets", "warmUp", "watchers"];

test.each([
  ["warmup", "warmUp"],
  ["socket", "sockets"],
  ["sokcets", "sockets"],
  ["wathcers", "watchers"],
  ["rates", "rate"],
  ["fro", undefined],
  ["colour", undefined],
  ["", undefined],
] as const)("for %j the nearest name is %j", (written, nearest) => {
  expect(nearestName(written, NAMES)).toBe(nearest);
});
