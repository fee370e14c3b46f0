import { expect, test } from "bun:test";
import { segment, violationsOf } from "../testing/planted.ts";
import { epochs } from "./epochs.ts";

const takeover = { takeover: { owner: "node-a" } };

test("epochs that rise with takeover records pass", async () => {
  const segments = [segment(0, 1, takeover, 1), segment(0, 2, {}, 1), segment(0, 3, takeover, 2)];
  expect(await violationsOf(epochs, [...segments, segment(1, 1, takeover, 1)])).toEqual([]);
});

test("an append of an owner that was taken over is found", async () => {
  const segments = [segment(0, 1, takeover, 1), segment(0, 2, takeover, 2), segment(0, 3, {}, 1)];
  expect(await violationsOf(epochs, segments)).toEqual(["the epoch falls from 2 to 1"]);
});

test("an epoch that rises without a takeover record is found", async () => {
  const found = await violationsOf(epochs, [segment(0, 1, takeover, 1), segment(0, 2, {}, 2)]);
  expect(found).toEqual(["the epoch rises from 1 to 2 without a takeover record"]);
});

test("a takeover that does not raise the epoch is found", async () => {
  const found = await violationsOf(epochs, [segment(0, 1, takeover, 1), segment(0, 2, takeover, 1)]);
  expect(found).toEqual(["a takeover record leaves the epoch at 1"]);
});
