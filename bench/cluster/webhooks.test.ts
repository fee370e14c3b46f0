import { afterAll, beforeAll, expect, test } from "bun:test";
import { eventually } from "../../persistence/testing/condition.ts";
import { PatientShopper } from "../crash/patient-shopper.ts";
import { stockLamps } from "../crash/lamp-sale.ts";
import { CLUSTER_ADMIN_TOKEN } from "../crash/shop-process.ts";
import { WebhookReceiver } from "../crash/webhook-receiver.ts";
import { CLUSTER_SECRET, ShopCluster } from "./shop-cluster.ts";

const TEST_MS_MAX = 180_000;
// What a node has under way when it dies, by its limits, and once more what its successor may begin with.
const REPEATED_MAX = 128;

let cluster: ShopCluster;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = new WebhookReceiver();
  cluster = await ShopCluster.start(["node-a", "node-b"].map((name) => ({ name, lanes: 1 })));
}, TEST_MS_MAX);

afterAll(async () => {
  await cluster?.close();
  await receiver.close();
});

test(
  "when the node dies that tells others, another one goes on: nothing is lost, and hardly anything is repeated",
  async () => {
    const { coordinator } = await cluster.overview();
    const survivor = cluster.node(coordinator === "node-a" ? "node-b" : "node-a");
    await stockLamps(survivor, CLUSTER_SECRET);
    // Any node takes it, also one that does not coordinate.
    const response = await fetch(`http://127.0.0.1:${survivor.adminPort}/v1/webhooks`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${CLUSTER_ADMIN_TOKEN}` },
      body: JSON.stringify({ url: receiver.url, types: ["order.confirmed"], allowPrivate: true }),
    });
    ({ secret: receiver.secret } = (await response.json()) as { secret: string });
    const shopper = await PatientShopper.connect(survivor.url);
    const shopping = shopper.shop("lamp");
    const heard = (): ReadonlySet<unknown> =>
      new Set([...receiver.known("order.confirmed").values()].map(({ data }) => data["orderId"]));
    await eventually("orders are told", () => heard().size > 5);
    await cluster.kill(coordinator);
    const sold = shopper.acknowledged.length;
    await eventually("the other node sells on", () => shopper.acknowledged.length > sold + 10);
    shopper.leave();
    await shopping;
    expect(shopper.problems).toEqual([]);
    const all = shopper.acknowledged.map(({ reply: { orderId } }) => orderId);
    await eventually("each order is told", () => all.every((order) => heard().has(order)));
    expect(heard().size).toBe(all.length);
    expect(receiver.known("order.confirmed").size).toBe(all.length);
    expect(receiver.taken.length - all.length).toBeLessThanOrEqual(REPEATED_MAX);
    expect(receiver.forged).toEqual([]);
  },
  TEST_MS_MAX,
);
