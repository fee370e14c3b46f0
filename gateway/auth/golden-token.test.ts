import { expect, test } from "bun:test";
import { SAMPLE_AT_MS, sampleKey, sampleSession } from "./testing/session-sample.ts";
import { verifySession } from "./session-token.ts";

test("a session that an earlier release has signed is still a session", async () => {
  const token = (await Bun.file(new URL("./golden/session-1.txt", import.meta.url)).text()).trim();
  expect(await verifySession(sampleKey, "shop", token, SAMPLE_AT_MS)).toEqual(sampleSession);
});
