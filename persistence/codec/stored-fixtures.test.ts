import { expect, test } from "bun:test";
import { fullCheckpoint, laterVersionsBody } from "../testing/stored-fixtures.ts";
import { decodeSegmentBody, segmentIdentity, takeoverBody } from "./segment-body.ts";
import { decodeCheckpoint } from "./snapshot.ts";

const IDENTITY = segmentIdentity(7, "6f1c8c1e-7d0b-4c59-9a5e-111111111111");

// Bytes that a release has stored; they never change. `npm run golden` writes those of a new format.
async function stored(name: string): Promise<Uint8Array> {
  return Buffer.from(
    (await Bun.file(new URL(`./fixtures/${name}.hex`, import.meta.url)).text()).trim(),
    "hex",
  );
}

test("messages and calls of later versions come back with their version", async () => {
  expect(decodeSegmentBody(await stored("segment-body-versions-2"), IDENTITY)).toEqual(laterVersionsBody());
});

test("a takeover record of format 2 is read as it was written", async () => {
  const body = takeoverBody("node-1/lane-0", 1_700_000_000_000);
  expect(decodeSegmentBody(await stored("takeover-2"), IDENTITY)).toEqual(body);
});

test("a checkpoint of format 1 is read as it was written", async () => {
  expect(decodeCheckpoint(await stored("checkpoint-1"), 7, 12)).toEqual(fullCheckpoint());
});
