import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { updateGoldens, type Golden } from "./golden.ts";

const shapes = (content: unknown, compared = true): Golden => ({
  file: "golden/cart-1.json",
  remedy: "Raise the version.",
  compared,
  produce: () => Promise.resolve(content),
});

describe("updating golden files", () => {
  let top = "";
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), "golden-"));
  });
  afterEach(() => rmSync(top, { recursive: true }));
  const stored = () => readFileSync(join(top, "golden/cart-1.json"), "utf8");

  test("writes one that is missing, and holds it from then on", async () => {
    const golden = shapes({ line: "number" });
    expect(await updateGoldens([golden], top)).toEqual({ written: ["golden/cart-1.json"], changes: [] });
    expect(JSON.parse(stored())).toEqual({ line: "number" });
    expect(await updateGoldens([golden], top)).toEqual({ written: [], changes: [] });
  });

  test("never writes over one, and says what is another thing now", async () => {
    await updateGoldens([shapes({ line: "number", sku: "string" })], top);
    const before = stored();
    const { written, changes } = await updateGoldens([shapes({ line: "string", sku: "string" })], top);
    expect([written, stored()]).toEqual([[], before]);
    expect(changes).toEqual([expect.stringContaining('line: was "number", is "string"')]);
  });

  test("does not compare samples, which only have to stay readable", async () => {
    await updateGoldens([shapes([1], false)], top);
    expect(await updateGoldens([shapes([2], false)], top)).toEqual({ written: [], changes: [] });
    expect(JSON.parse(stored())).toEqual([1]);
  });

  test("compares texts as texts", async () => {
    await updateGoldens([shapes("00ff")], top);
    expect(stored()).toBe("00ff\n");
    const { changes } = await updateGoldens([shapes("00fe")], top);
    expect(changes).toEqual([expect.stringContaining('the text: was "00ff", is "00fe"')]);
  });
});
