import { parseAddress, type Address } from "../../engine/contract/address.ts";
import type { PaymentAnswer } from "../../actors/order/messages.ts";
import type { CartCommand } from "../../actors/cart/messages.ts";
import type { InventoryCommand } from "../../actors/inventory/messages.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import type { ExternalPort } from "../../engine/ports/external.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { ANSWER, COMMAND, type Item } from "../../engine/transport/items.ts";
import { shopDeciders } from "../../actors/shop.ts";
import { memoryJournal } from "../../persistence/memory/journal.ts";
import { memorySnapshots } from "../../persistence/memory/snapshots.ts";
import { silentLog } from "./probe-database.ts";

const SHARD_COUNT = 256;
const DEADLINE_MS = 60_000;

const bank: ExternalPort = {
  call: ({ type, ...rest }) => {
    const { paymentKey } = rest as { paymentKey: string };
    const answer: PaymentAnswer =
      type === "Authorise"
        ? { type: "PaymentAuthorised", paymentKey, reference: `probe_${Bun.hash(paymentKey).toString(36)}` }
        : { type: "PaymentCaptured", paymentKey };
    return Promise.resolve(answer);
  },
};

/** The segments that a lane writes when `shoppers` at one product place `ordersEach` orders one after the other. */
export async function orderSegments(shoppers: number, ordersEach: number): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  const journal = memoryJournal();
  const lane = new Lane({
    lane: 0,
    owner: "probe",
    shardCount: SHARD_COUNT,
    deciders: shopDeciders,
    journal: {
      ...journal,
      append: async (batch) => {
        await journal.append(batch);
        segments.push(...batch);
      },
    },
    snapshots: memorySnapshots(),
    ports: new Map([["payment", bank]]),
    clock: eventLoopClock,
    entropy: { uuid: () => Bun.randomUUIDv7() },
    log: silentLog,
    limits: defaultLaneLimits,
    send: () => {
      throw new Error("there is one lane only");
    },
    lost: () => "end",
    fatal: (error) => {
      throw error;
    },
  });
  await lane.open(Array.from({ length: SHARD_COUNT }, (_, shard) => shard));
  const ask = asker(lane);
  const sku = addressOf("inventory", "PROBE-1");
  await ask(sku, { type: "ListProduct", product: PRODUCT });
  await ask(sku, { type: "ReceiveStock", quantity: shoppers * ordersEach });
  segments.length = 0;
  await Promise.all(
    Array.from({ length: shoppers }, async () => {
      const customer = Bun.randomUUIDv7();
      const cart = addressOf("cart", Bun.randomUUIDv7());
      for (let order = 0; order < ordersEach; order += 1) {
        await ask(cart, { type: "AddLine", customer, sku: sku.id, quantity: 1 });
        await ask(cart, { type: "CheckOut", customer, paymentToken: "tok_ok" });
      }
    }),
  );
  await lane.stop();
  return segments;
}

const PRODUCT = {
  title: "Probe product",
  description: "",
  category: "probe",
  unitPriceMinor: 4_900,
  currency: "EUR",
  taxBasisPoints: 1_900,
  sale: null,
};

function asker(lane: Lane): (address: Address, command: CartCommand | InventoryCommand) => Promise<void> {
  const waiting = new Map<number, () => void>();
  const link = {
    send: (item: Item) => {
      if (item[0] !== ANSWER) return;
      if (item[2].type !== "done") throw new Error(`the lane answers ${JSON.stringify(item[2])}`);
      waiting.get(item[1])?.();
      waiting.delete(item[1]);
    },
  };
  let correlation = 0;
  return ({ tenant, kind, id }, command) =>
    new Promise((resolve) => {
      correlation += 1;
      waiting.set(correlation, resolve);
      const key = `probe-${correlation}`;
      lane.receive(link, [
        [COMMAND, correlation, tenant, kind, id, command, key, Date.now() + DEADLINE_MS, null],
      ]);
    });
}

function addressOf(kind: string, id: string): Address {
  const address = parseAddress(`shop/${kind}/${id}`);
  if (address === undefined) throw new Error(`${id} is not an id`);
  return address;
}
