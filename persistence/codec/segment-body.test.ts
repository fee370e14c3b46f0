import { describe, expect, test } from "bun:test";
import { fullBody, markedBody } from "../testing/samples.ts";
import {
  decodeSegmentBody,
  encodeSegmentBody,
  SEGMENT_BODY_VERSION,
  segmentIdentity,
  takeoverBody,
} from "./segment-body.ts";
import { DamagedBytes, seal } from "./seal.ts";

const IDENTITY = segmentIdentity(7, "6f1c8c1e-7d0b-4c59-9a5e-111111111111");

// Bytes that a release has stored. They never change: a new layout gets a new version and a fixture of its own.
const GOLDEN = {
  1: Bun.file(new URL("./fixtures/segment-body-1.hex", import.meta.url)),
};

const sealed = (body: Parameters<typeof encodeSegmentBody>[0]) =>
  seal(SEGMENT_BODY_VERSION, encodeSegmentBody(body), IDENTITY);

describe("the body of a segment", () => {
  test("version 1 is read as it was written", async () => {
    const stored = Buffer.from((await GOLDEN[1].text()).trim(), "hex");
    expect(decodeSegmentBody(stored, IDENTITY)).toEqual(fullBody(1_700_000_000_000));
  });

  test("is written as it always was", async () => {
    expect(Buffer.from(sealed(fullBody(1_700_000_000_000))).toString("hex")).toBe(
      (await GOLDEN[1].text()).trim(),
    );
  });

  test.each([
    ["full", fullBody(1_700_000_000_123)],
    ["empty", markedBody(0)],
    ["takeover", takeoverBody("node-1/lane-0", 1_700_000_000_123)],
    ["last field only", { ...markedBody(1), answered: [2 ** 40] }],
  ])("comes back the same: %s", (_name, body) => {
    expect(decodeSegmentBody(sealed(body), IDENTITY)).toEqual(body);
  });

  test("leaves out what is empty", () => {
    expect(encodeSegmentBody(markedBody(1)).length).toBe(3);
  });

  test("does not pass with any one bit changed, or any byte cut off", () => {
    const intact = sealed(fullBody(1_700_000_000_000));
    for (let bit = 0; bit < intact.length * 8; bit++) {
      const damaged = Uint8Array.from(intact);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decodeSegmentBody(damaged, IDENTITY)).toThrow(DamagedBytes);
    }
    for (let length = 0; length < intact.length; length++)
      expect(() => decodeSegmentBody(intact.subarray(0, length), IDENTITY)).toThrow(DamagedBytes);
  });

  test("does not pass as the body of another shard or commit", () => {
    const other = segmentIdentity(8, "6f1c8c1e-7d0b-4c59-9a5e-111111111111");
    expect(() => decodeSegmentBody(sealed(markedBody(1)), other)).toThrow(DamagedBytes);
  });

  test("of a newer release is not guessed at", () => {
    const newer = seal(SEGMENT_BODY_VERSION + 1, encodeSegmentBody(markedBody(1)), IDENTITY);
    expect(() => decodeSegmentBody(newer, IDENTITY)).toThrow("does not know");
  });
});
