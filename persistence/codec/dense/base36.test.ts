import { describe, expect, test } from "bun:test";
import { DenseReader } from "./reader.ts";
import { DenseWriter } from "./writer.ts";

const writer = new DenseWriter();

describe("a fingerprint", () => {
  test.each(["0", "z", "fok4e7v9kpmj", "1z141z4", (2n ** 53n).toString(36), (2n ** 64n - 1n).toString(36)])(
    "takes eight bytes: %s",
    (text) => {
      writer.reset();
      writer.begin(0);
      expect(writer.fingerprint(text)).toBe(true);
      expect(new DenseReader(writer.copy()).fingerprint()).toBe(text);
    },
  );

  test.each(["", "01", "A", "a_", "é", (2n ** 64n).toString(36), "zzzzzzzzzzzzz", "1".repeat(14)])(
    "is not one: %s",
    (text) => {
      writer.reset();
      expect(writer.fingerprint(text)).toBe(false);
      expect(writer.length).toBe(0);
    },
  );
});
