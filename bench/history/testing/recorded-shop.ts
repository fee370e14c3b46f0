import type { CartCommand } from "../../../actors/cart/messages.ts";
import type { InventoryCommand } from "../../../actors/inventory/messages.ts";
import type { OrderCommand } from "../../../actors/order/messages.ts";
import type { QueueCommand } from "../../../actors/queue/messages.ts";
import type { Data, DataRecord } from "../../../engine/contract/data.ts";
import { memorySnapshots } from "../../../persistence/memory/snapshots.ts";
import { eventually } from "../../../persistence/testing/condition.ts";
import type { Segment } from "../../../engine/ports/journal.ts";
import type { SnapshotStore } from "../../../engine/ports/snapshots.ts";
import { DECLINED_TOKEN, EngineShop } from "../../verify/testing/engine-shop.ts";
import type { History } from "../history.ts";
import { HistoryBuilder } from "../history-builder.ts";
import { HistoryRecorder } from "../history-recorder.ts";

/** What a busy shop wrote, and what its clients did and saw. */
export interface RecordedShop {
  readonly history: History;
  readonly segments: readonly Segment[];
  /** As they were before the last orders. */
  readonly snapshots: SnapshotStore;
}

const LANES = 2;
const CARTS = 12;
const STOCK = 12;
const SKUS = ["lamp", "mug"];
const SALE = "drop";
const CHECKPOINT_EVENTS = 30;

/** Shoppers of two tenants buy, change their minds, are refused, repeat themselves and watch. */
export async function recordedShop(): Promise<RecordedShop> {
  const shop = await EngineShop.open(LANES, { checkpointEventsMax: CHECKPOINT_EVENTS });
  const clients = new RecordedClients(shop);
  for (const tenant of ["main", "other"]) await stockShelves(clients, tenant);
  clients.watch("visitor", "main/cart/never-used");
  const shoppers = Array.from({ length: CARTS }, (_, index) => index);
  await Promise.all(shoppers.map((index) => goShopping(clients, tenantOf(index), index)));
  await eventually("checkpoints were stored", () => shop.snapshotStorage.size > 0);
  const storage = structuredClone(shop.snapshotStorage);
  await Promise.all(shoppers.map((index) => buy(clients, tenantOf(index), index)));
  await clients.seesTheEnd();
  await shop.close();
  return {
    history: clients.history(),
    segments: await readAll(shop),
    snapshots: memorySnapshots({ storage }),
  };
}

function tenantOf(index: number): string {
  return index % 2 === 0 ? "main" : "other";
}

async function stockShelves(clients: RecordedClients, tenant: string): Promise<void> {
  const terms = { description: "", category: "", unitPriceMinor: 999, currency: "EUR" };
  const client = `${tenant} operator`;
  for (const sku of SKUS) {
    const product = { ...terms, taxBasisPoints: 1_900, title: sku, sale: null };
    await clients.ask(client, `${tenant}/inventory/${sku}`, { type: "ListProduct", product });
    await clients.ask(client, `${tenant}/inventory/${sku}`, { type: "ReceiveStock", quantity: STOCK });
    await clients.ask(client, `${tenant}/inventory/${sku}`, { type: "PauseSelling", reason: "not yet" });
    await clients.ask(client, `${tenant}/inventory/${sku}`, { type: "ResumeSelling" });
    clients.watch(client, `${tenant}/inventory/${sku}`);
  }
  await openWaitingRoom(clients, tenant);
}

/** The mug is sold to those only who have a number. */
async function openWaitingRoom(clients: RecordedClients, tenant: string): Promise<void> {
  const client = `${tenant} operator`;
  const times = { startsAtMs: 1, endsAtMs: 8_000_000_000_000 };
  const terms = { ...times, opensAtMs: 0, admitPerMinute: 600, admissionMs: 600_000 };
  await clients.ask(client, `${tenant}/queue/${SALE}`, { type: "OpenQueue", terms });
  await clients.ask(client, `${tenant}/queue/${SALE}`, { type: "IssueNumbers", count: CARTS, salt: 1 });
  const sale = { ...times, id: SALE, title: "Drop", unitPriceMinor: 999, limitPerCustomer: null };
  await clients.ask(client, `${tenant}/inventory/mug`, {
    type: "SetSale",
    sale: { ...sale, waitingRoom: true },
  });
}

async function goShopping(clients: RecordedClients, tenant: string, index: number): Promise<void> {
  const client = `shopper ${index}`;
  const cart = `${tenant}/cart/cart-${index}`;
  clients.watch(client, cart);
  const customer = `customer-${index}`;
  const turn = { sale: SALE, number: index };
  for (const sku of SKUS)
    await clients.ask(client, cart, { type: "AddLine", customer, sku, quantity: 1, turn });
  await clients.ask(client, cart, { type: "ChangeQuantity", line: 1, quantity: 2 });
  await clients.ask(client, cart, { type: "AddLine", customer, sku: "nothing", quantity: 1 });
  if (index % 3 === 0) await clients.ask(client, cart, { type: "RemoveLine", line: 2 });
  if (index % 4 === 0)
    await clients.ask(client, cart, { type: "CheckOut", customer, paymentToken: DECLINED_TOKEN });
  await clients.read(client, `${tenant}/inventory/lamp`);
}

async function buy(clients: RecordedClients, tenant: string, index: number): Promise<void> {
  const client = `shopper ${index}`;
  const checkOut = { type: "CheckOut", customer: `customer-${index}`, paymentToken: "tok_ok" } as const;
  const key = `pay ${index}`;
  await clients.ask(client, `${tenant}/cart/cart-${index}`, checkOut, key);
  await clients.ask(client, `${tenant}/cart/cart-${index}`, checkOut, key);
  await clients.read(client, `${tenant}/cart/cart-${index}`);
}

/** Clients of a shop who write down what they do. */
class RecordedClients {
  readonly #shop: EngineShop;
  readonly #builder = new HistoryBuilder();
  readonly #recorder: HistoryRecorder;
  #turn = 0;
  #keys = 0;

  constructor(shop: EngineShop) {
    this.#shop = shop;
    // Each thing at a time of its own: what was recorded first was first.
    this.#recorder = new HistoryRecorder(this.#builder, () => ++this.#turn);
  }

  async ask(
    client: string,
    actor: string,
    command: CartCommand | InventoryCommand | OrderCommand | QueueCommand,
    key = `ask ${++this.#keys}`,
  ): Promise<void> {
    const { type, ...fields } = command;
    const op = this.#recorder.invoke({ client, actor, operation: type, key, fields: fields as DataRecord });
    const answer = await this.#shop.ask(actor, command, key);
    if (answer.type === "done") this.#recorder.end(op, "ok", answer.reply);
    else if (answer.type === "refused") this.#recorder.end(op, "refused", answer.refusal.code);
    else this.#recorder.end(op, "unknown");
  }

  watch(client: string, topic: string): void {
    this.#recorder.watch(client, topic);
    this.#shop.watch(topic, ({ epoch, offset, view }) =>
      this.#recorder.view({ client, topic, epoch, offset, value: view }),
    );
  }

  async read(client: string, topic: string): Promise<void> {
    const askedAtMs = ++this.#turn;
    const { epoch, offset, view } = await this.#shop.read(topic);
    this.#recorder.view({ client, topic, epoch, offset, value: view, askedAtMs });
  }

  /** Waits until everybody has seen what their topics show now. */
  async seesTheEnd(): Promise<void> {
    const watching = this.history().watching;
    const shown = await Promise.all(watching.map(async ({ topic }) => (await this.#shop.read(topic)).view));
    await eventually("everybody saw the end", () => {
      const { observations } = this.history();
      return watching.every(({ client, topic }, index) =>
        isLast(
          observations.findLast((seen) => seen.client === client && seen.topic === topic),
          shown[index],
        ),
      );
    });
  }

  history(): History {
    return this.#builder.history();
  }
}

function isLast(seen: { readonly value: Data } | undefined, shown: Data | undefined): boolean {
  return seen !== undefined && Bun.deepEquals(seen.value, shown);
}

async function readAll({ journal }: EngineShop): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for (const [shard] of await journal.heads()) {
    for await (const page of journal.read(shard, 0)) segments.push(...page);
  }
  return segments;
}
