import { expect, test } from "bun:test";
import { Glob } from "bun";
import { REFUSAL_CODES } from "./refusal-codes.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

test("whatever actors and lanes refuse with is known to the protocol", async () => {
  const found = new Set<string>();
  for (const folder of ["actors", "engine/lane"]) {
    for await (const path of new Glob("**/*.ts").scan(`${ROOT}${folder}`)) {
      if (path.endsWith(".test.ts") || path.includes("testing/")) continue;
      const source = await Bun.file(`${ROOT}${folder}/${path}`).text();
      for (const [, code = ""] of source.matchAll(/\bcode: "([a-z_]+)"/g)) found.add(code);
    }
  }
  expect(found.size).toBeGreaterThan(20);
  expect([...found].filter((code) => !REFUSAL_CODES.includes(code))).toEqual([]);
});
