import { expect, test } from "bun:test";
import { contentFingerprint } from "./content-fingerprint.ts";

// Stored with every key: another value for the same command would refuse clients that ask again after an upgrade.
test("the fingerprints of known commands never change", () => {
  const command = { type: "AddLine", customer: "ann", sku: "MUG", quantity: 2 };
  expect(contentFingerprint(command)).toBe("2e47668ov4y6d");
  expect(contentFingerprint({ type: "WakeUp" })).toBe("15d4sixtk47hf");
});

test("commands of other content have other fingerprints", () => {
  const fingerprints = [1, 2, "1", null].map((quantity) =>
    contentFingerprint({ type: "AddLine", quantity } as { type: string }),
  );
  expect(new Set(fingerprints).size).toBe(4);
});
