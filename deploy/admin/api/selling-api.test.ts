import { expect, test } from "bun:test";
import { CollectingLog } from "../../../engine/testing/collecting-log.ts";
import { ManualClock } from "../../../engine/testing/manual-clock.ts";
import type { SellingDesk } from "../../sale/selling-desk.ts";
import { sampleProduct } from "../../sale/testing/sample-product.ts";
import { SellingDeskRig } from "../../sale/testing/selling-desk-rig.ts";
import { systemEntropy } from "../../system-entropy.ts";
import { AdminApi } from "./admin-api.ts";
import type { OperatorAccess } from "./operator-access.ts";

const TOKEN = "t".repeat(32);
const CHANGE = { type: "PauseSelling", choice: { type: "skus", skus: ["A"] }, reason: "wrong price" };

function asker(desk: SellingDesk | undefined) {
  const api = new AdminApi({
    operator: {} as OperatorAccess,
    selling: () => desk,
    webhooks: () => undefined,
    token: TOKEN,
    clock: new ManualClock(),
    entropy: systemEntropy,
    log: new CollectingLog(),
  });
  return (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const request = new Request(`http://node-a:7071${path}`, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
    });
    return api.respond(request, new URL(request.url));
  };
}

async function stocked(): Promise<SellingDeskRig> {
  const rig = new SellingDeskRig();
  await rig.stock("A");
  rig.products = [sampleProduct("A")];
  return rig;
}

test("selling is looked at, planned and changed over HTTP, the change in lines to its end", async () => {
  const rig = await stocked();
  const ask = asker(rig.desk);
  expect(await (await ask("/v1/sales")).json()).toMatchObject({ shop: { products: 1, paused: 0 } });
  const planned = await ask("/v1/selling/plan", { change: CHANGE });
  expect([planned.status, await planned.json()]).toMatchObject([200, { changes: 1, available: 6 }]);
  const changed = await ask("/v1/selling", { change: CHANGE, askedBy: "anna", key: "k" });
  expect(changed.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = (await changed.text()).trim().split("\n");
  expect(JSON.parse(lines[0] ?? "")).toEqual({ type: "Progress", ended: 0, all: 1 });
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ type: "Ended", changed: 1 });
  expect(await rig.isPaused("A")).toBe(true);
});

test("whoever is not let in, says nothing of why, or comes with a form of another page changes nothing", async () => {
  const rig = await stocked();
  const ask = asker(rig.desk);
  const asked = { change: CHANGE, askedBy: "anna" };
  const problem = async (body: unknown, headers?: Readonly<Record<string, string>>) => {
    const response = await ask("/v1/selling", body, headers);
    const { code, field } = (await response.json()) as { readonly code: string; readonly field?: string };
    return [response.status, code, field];
  };
  expect(await problem(asked, { Authorization: "" })).toEqual([401, "unauthenticated", "Authorization"]);
  expect(await problem(asked, { "Content-Type": "text/plain" })).toEqual([
    415,
    "unsupported_media_type",
    "Content-Type",
  ]);
  for (const reason of [undefined, "", "  ", "a\u0007b"])
    expect(await problem({ ...asked, change: { ...CHANGE, reason } })).toEqual([
      422,
      "invalid_field",
      "change.reason",
    ]);
  expect(await problem({ ...asked, askedBy: "" })).toEqual([422, "invalid_field", "askedBy"]);
  const unknown = { ...asked, change: { ...CHANGE, choice: { type: "sale", sale: "monday" } } };
  expect(await problem(unknown)).toEqual([404, "unknown_product", "change.choice"]);
  expect(await problem({ ...asked, planId: "p-other" })).toEqual([409, "plan_changed", "planId"]);
  expect(await rig.isPaused("A")).toBe(false);
});

test("a page of another origin gets no leave to ask, whatever it has", async () => {
  const { desk } = await stocked();
  const api = asker(desk);
  const response = await api("/v1/selling/plan", { change: CHANGE }, { Origin: "https://elsewhere.example" });
  expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("a node that is starting says so", async () => {
  expect((await asker(undefined)("/v1/sales")).status).toBe(503);
});
