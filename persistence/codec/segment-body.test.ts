import { describe, expect, test } from "bun:test";
import type { SegmentBody } from "../../engine/contract/segment.ts";
import { fullBody, markedBody } from "../testing/samples.ts";
import {
  decodeSegmentBody,
  encodeSegmentBody,
  SEGMENT_BODY_VERSION,
  segmentIdentity,
  takeoverBody,
} from "./segment-body.ts";
import { DamagedBytes, seal, SEAL_BYTES } from "./seal.ts";

const IDENTITY = segmentIdentity(7, "6f1c8c1e-7d0b-4c59-9a5e-111111111111");

// Bytes that a release has stored. They never change: a new layout gets a new version and a fixture of its own.
const GOLDEN = {
  1: Bun.file(new URL("./fixtures/segment-body-1.hex", import.meta.url)),
  2: Bun.file(new URL("./fixtures/segment-body-2.hex", import.meta.url)),
  3: Bun.file(new URL("./fixtures/segment-body-3.hex", import.meta.url)),
};

const sealed = (body: SegmentBody) => encodeSegmentBody(IDENTITY, body);

describe("the body of a segment", () => {
  test.each([1, 2, 3] as const)("of version %i is read as it was written", async (version) => {
    const stored = Buffer.from((await GOLDEN[version].text()).trim(), "hex");
    expect(decodeSegmentBody(stored, IDENTITY)).toEqual(fullBody(1_700_000_000_000));
  });

  test("is written as it always was", async () => {
    expect(Buffer.from(sealed(fullBody(1_700_000_000_000))).toString("hex")).toBe(
      (await GOLDEN[SEGMENT_BODY_VERSION].text()).trim(),
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
    expect(sealed(markedBody(1)).length).toBe(SEAL_BYTES + 3);
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
    const newer = seal(SEGMENT_BODY_VERSION + 1, new Uint8Array(4), IDENTITY);
    expect(() => decodeSegmentBody(newer, IDENTITY)).toThrow("does not know");
  });
});
