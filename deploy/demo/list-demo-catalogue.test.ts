import { afterEach, expect, test } from "bun:test";
import { EngineShop } from "../../bench/verify/testing/engine-shop.ts";
import type { InventoryCommand, InventoryView } from "../../actors/inventory/messages.ts";
import { formatAddress } from "../../engine/contract/address.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import { demoCatalogue } from "./demo-catalogue.ts";
import { listDemoCatalogue } from "./list-demo-catalogue.ts";

const NOW_MS = 1_800_000_000_000;
const LATER_MS = NOW_MS + 60_000;
const demo = demoCatalogue(NOW_MS);

let shop: EngineShop | undefined;

afterEach(async () => {
  await shop?.close();
});

async function opened(): Promise<{ shop: EngineShop; dispatcher: Dispatcher }> {
  const engine = await EngineShop.open(1);
  shop = engine;
  const dispatcher: Dispatcher = {
    dispatch: ({ address, command, key }, answer) =>
      void engine.ask(formatAddress(address), command as InventoryCommand, key).then(answer),
    read: (address) => engine.read(formatAddress(address)),
    watch: (address, listener) => engine.watch(formatAddress(address), listener),
  };
  return { shop: engine, dispatcher };
}

async function stock(engine: EngineShop): Promise<readonly (number | undefined)[]> {
  const views = await Promise.all(demo.map(({ sku }) => engine.read(`shop/inventory/${sku}`)));
  return views.map(({ view }) => (view as InventoryView | null)?.available);
}

const opening = demo.map(({ openingStock }) => openingStock);

test("a new shop gets the demo catalogue, once", async () => {
  const { shop: engine, dispatcher } = await opened();
  expect(await listDemoCatalogue({ dispatcher, tenant: "shop", isUnused: true }, NOW_MS)).toBe(true);
  expect(await stock(engine)).toEqual(opening);
  expect(await listDemoCatalogue({ dispatcher, tenant: "shop", isUnused: false }, LATER_MS)).toBe(false);
  expect(await stock(engine)).toEqual(opening);
});

test("a listing that was cut off is finished by the next start, and nothing is received twice", async () => {
  const { shop: engine, dispatcher } = await opened();
  for (const { sku, product, openingStock } of demo.slice(0, 20)) {
    const address = `shop/inventory/${sku}`;
    await engine.ask(address, { type: "ListProduct", product }, `demo-list-${sku}`);
    if (sku !== demo[19]?.sku)
      await engine.ask(address, { type: "ReceiveStock", quantity: openingStock }, `demo-stock-${sku}`);
  }
  expect(await listDemoCatalogue({ dispatcher, tenant: "shop", isUnused: false }, LATER_MS)).toBe(true);
  expect(await stock(engine)).toEqual(opening);
});

test("a shop with products of its own gets none of the demo's, whatever its tables for queries say", async () => {
  const { shop: engine, dispatcher } = await opened();
  const product = demo[0]?.product;
  await engine.ask("shop/inventory/MINE", { type: "ListProduct", product } as InventoryCommand);
  expect(await listDemoCatalogue({ dispatcher, tenant: "shop", isUnused: false }, NOW_MS)).toBe(false);
  expect(await stock(engine)).toEqual(opening.map(() => undefined));
});
