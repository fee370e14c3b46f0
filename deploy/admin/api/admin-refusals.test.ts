import { expect, test } from "bun:test";
import { CollectingLog } from "../../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../../engine/testing/manual-clock.ts";
import { systemEntropy } from "../../system-entropy.ts";
import { AdminApi } from "./admin-api.ts";
import type { OperatorAccess } from "./operator-access.ts";

test("who asks without the token is logged once per second, also after the clock was set back", async () => {
  const [clock, log] = [new ManualClock(), new CollectingLog()];
  const operator = {} as OperatorAccess;
  const [selling, webhooks] = [(): undefined => undefined, (): undefined => undefined];
  const token = "t".repeat(32);
  const api = new AdminApi({ operator, selling, webhooks, token, clock, entropy: systemEntropy, log });
  const ask = (): Promise<Response> => {
    const request = new Request("http://node-a:7071/v1/shards");
    return api.respond(request, new URL(request.url));
  };
  for (let times = 0; times < 5; times += 1) expect((await ask()).status).toBe(401);
  expect(log.warnings).toHaveLength(1);
  clock.setBack(3_600_000);
  for (let second = 0; second < 3; second += 1) {
    await clock.advance(1_000);
    await ask();
  }
  expect(log.warnings.length).toBeGreaterThan(2);
});
