import { kinds } from "../../actors/mail.ts";
import { parseActorId, parseTenant, type Address } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import { demoCatalogue, type DemoProduct } from "./demo-catalogue.ts";

const DEADLINE_MS = 10_000;

/** A shop that may get the demo catalogue. */
export interface DemoShop {
  readonly dispatcher: Dispatcher;
  readonly tenant: string;
  /** Nothing has ever happened in the shop. */
  readonly isUnused: boolean;
}

/** A demo product in the shop. */
interface Shelf {
  readonly demo: DemoProduct;
  readonly address: Address;
  readonly isListed: boolean;
  readonly isEmpty: boolean;
}

/**
 * Lists the demo products and puts their opening stock on the shelves, if the shop is new, or has some of them because an
 * earlier start was cut off. Returns whether it did. The products themselves are asked: tables for queries may be behind.
 * @throws when the shop does not take one of them.
 */
export async function listDemoCatalogue(shop: DemoShop, nowMs: number): Promise<boolean> {
  const shelves = await Promise.all(demoCatalogue(nowMs).map((demo) => shelfOf(shop, demo)));
  const listed = shelves.filter(({ isListed }) => isListed).length;
  if (listed === shelves.length || (listed === 0 && !shop.isUnused)) return false;
  await Promise.all(shelves.map((shelf) => fill(shop.dispatcher, shelf, nowMs + DEADLINE_MS)));
  return true;
}

async function shelfOf({ dispatcher, tenant: name }: DemoShop, demo: DemoProduct): Promise<Shelf> {
  const tenant = parseTenant(name);
  const id = parseActorId(demo.sku);
  assert(tenant !== undefined, "the tenant is valid");
  assert(id !== undefined, `the demo SKU ${demo.sku} is valid`);
  const address: Address = { tenant, kind: kinds.inventory, id };
  const view = (await dispatcher.read(address)).view as { readonly available: number } | null;
  return { demo, address, isListed: view !== null, isEmpty: (view?.available ?? 0) === 0 };
}

async function fill(dispatcher: Dispatcher, shelf: Shelf, deadlineAtMs: number): Promise<void> {
  const { demo, address, isListed, isEmpty } = shelf;
  const { sku, product, openingStock } = demo;
  const send = (command: Typed, key: string): Promise<void> =>
    submit(dispatcher, { address, command, key, deadlineAtMs });
  const commands: Promise<void>[] = [];
  if (!isListed) commands.push(send({ type: "ListProduct", product } as Typed, `demo-list-${sku}`));
  // Its key tells whether the stock has been received already.
  if (isEmpty)
    commands.push(send({ type: "ReceiveStock", quantity: openingStock } as Typed, `demo-stock-${sku}`));
  await Promise.all(commands);
}

function submit(dispatcher: Dispatcher, submission: Parameters<Dispatcher["dispatch"]>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(submission, (answer) => {
      if (answer.type === "done") resolve();
      else reject(new Error(`the demo catalogue could not be listed: ${JSON.stringify(answer)}`));
    });
  });
}
