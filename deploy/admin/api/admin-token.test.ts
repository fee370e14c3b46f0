import { afterEach, beforeEach, expect, test } from "bun:test";
import { AdminRig, RIG_TOKEN } from "../testing/admin-rig.ts";

let rig: AdminRig;

beforeEach(async () => {
  rig = await AdminRig.start();
});

afterEach(() => rig.stop());

const wrongTokens: readonly (readonly [what: string, authorization: string])[] = [
  ["none", ""],
  ["another one", `Bearer ${RIG_TOKEN.replace("the", "The")}`],
  ["the beginning of it", `Bearer ${RIG_TOKEN.slice(0, -1)}`],
  ["more than it", `Bearer ${RIG_TOKEN}x`],
  ["another scheme", `Basic ${RIG_TOKEN}`],
];

for (const [what, authorization] of wrongTokens) {
  test(`without the token (${what}) nothing is shown or changed`, async () => {
    for (const path of ["/v1/shards", "/v1/nodes", "/v1/operations", "/v1/operations/watch", "/v1/nothing"]) {
      const response = await rig.ask(path, { headers: { Authorization: authorization } });
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      expect(await response.json()).toMatchObject({ code: "unauthenticated", field: "Authorization" });
    }
    const drain = { change: { type: "DrainNode", node: "node-b" }, askedBy: "mallory" };
    const refused = await rig.post("/v1/operations", drain, { Authorization: authorization });
    expect([refused.status, rig.cluster.stored.operations.size]).toEqual([401, 0]);
  });
}

test("requests without the token are counted, and logged without what they came with", async () => {
  for (let request = 0; request < 3; request += 1) {
    await rig.ask("/v1/shards", { headers: { Authorization: "Bearer not-the-token" } });
  }
  const metrics = await (await fetch(`${rig.url}/metrics`)).text();
  expect(metrics).toContain("stampede_admin_refused_total 3\n");
  expect(rig.log.warnings).toEqual(["somebody without the token asked for the admin API"]);
});

test("health and metrics are shown to everybody", async () => {
  for (const path of ["/livez", "/readyz", "/metrics"]) {
    expect((await fetch(`${rig.url}${path}`)).status).toBe(200);
  }
});
