import { expect, test } from "bun:test";
import { lineNotFound } from "../../actors/cart/refusals.ts";
import { parseRetailRow } from "../retail/retail-row.ts";
import type { RetailRow } from "../retail/retail-row.ts";
import { planRetail } from "../retail/retail-plan.ts";
import { OperatorLine } from "./operator-port.ts";
import { replay } from "./replay.ts";
import type { ReplayOutcome } from "./replay.ts";
import { RunIds } from "./run-ids.ts";
import { PretendShop, refusal } from "./testing/pretend-shop.ts";

const IDS = new RunIds("test");
const ROWS = [
  "1,A1,5,1.00,7",
  "1,A1,5,1.00,7",
  "1,B2,2,2.55,7",
  "2,A1,3,0.95,",
  "3,B2,4,2.55,8",
  "4,A1,1,1.00,7",
  "C5,A1,-7,1.00,7",
  "C6,B2,-1,2.55,8",
];

function rows(texts: readonly string[]): readonly RetailRow[] {
  return texts.map((text, index) => {
    const [invoice = "", code = "", quantity = "", price = "", customer = ""] = text.split(",");
    const parsed = parseRetailRow(index + 2, [
      invoice,
      code,
      code,
      quantity,
      `2010-12-01 08:${10 + index}:00`,
      price,
      customer,
    ]);
    if (parsed.type === "broken") throw new Error(parsed.detail);
    return parsed.row;
  });
}

function shopWith(units: number): PretendShop {
  const shop = new PretendShop();
  shop.put("A1", units);
  shop.put("B2", units);
  return shop;
}

async function play(
  shop: PretendShop,
  texts: readonly string[] = ROWS,
  pace: { readonly speed: number | undefined; readonly customersAtOnce: number } = {
    speed: undefined,
    customersAtOnce: 4,
  },
): Promise<ReplayOutcome> {
  return replay({
    plan: await planRetail(rows(texts)),
    ids: IDS,
    operators: [new OperatorLine(shop, 50), new OperatorLine(shop, 50)],
    ledger: shop.ledger(),
    pace,
    settledAfterMs: 0,
    watcher: { played: () => undefined, lagging: () => undefined },
  });
}

test("a file is played as orders and returns, and the books agree", async () => {
  const shop = shopWith(100);
  const outcome = await play(shop);
  expect(outcome).toMatchObject({ rowsSent: 8, orders: 4, returns: 3, ordersInShop: 4, mismatches: 0 });
  expect(shop.stock.get("A1")).toEqual({ received: 100, sold: 14, returned: 7, onHand: 93, available: 93 });
  expect(shop.stock.get("B2")).toEqual({ received: 100, sold: 6, returned: 1, onHand: 95, available: 95 });
});

test("one customer's invoices are played strictly in order", async () => {
  const shop = shopWith(100);
  await play(shop);
  const ofSeven = shop.seen
    .filter(({ values }) => "cart" in values && values.cart === "r-test-7")
    .map(({ op }) => op);
  expect(ofSeven).toEqual(["cart.add", "cart.add", "cart.add", "checkout", "cart.add", "checkout"]);
  const firstReturn = shop.seen.findIndex(({ key }) => key === "return-8");
  const lastSale = shop.seen.findLastIndex(({ values }) => "cart" in values && values.cart === "r-test-7");
  expect(firstReturn).toBeGreaterThan(lastSale);
});

test("a return goes to the orders and lines that it takes from, newest first", async () => {
  const shop = shopWith(100);
  await play(shop, ROWS, { speed: undefined, customersAtOnce: 1 });
  const returns = shop.seen.filter(({ key }) => key === "return-8").map(({ values }) => values);
  expect(returns).toEqual([
    { order: "r-test-7~4", lines: [{ line: 6, quantity: 1 }], reason: "Cancelled by C5" },
    {
      order: "r-test-7~1",
      lines: [
        { line: 2, quantity: 5 },
        { line: 1, quantity: 1 },
      ],
      reason: "Cancelled by C5",
    },
  ]);
});

test("a line that went with the refusal of its order is one mismatch, not two", async () => {
  const shop = shopWith(100);
  shop.refusals.set("pay-0-0", refusal("sold_out"));
  // As a cart says it whose refused order has taken the line along.
  shop.refusals.set("remove-2", refusal(lineNotFound(1).code));
  const { firstMismatches } = await play(shop, ["1,A1,4,1.00,7"]);
  expect(firstMismatches.filter((sentence) => sentence.startsWith("row "))).toEqual([
    "row 2: checkout of A1 was refused: sold_out (Refused: sold_out.)",
  ]);
});

test("a line that is sold out is a mismatch, and so is everything that hangs on it", async () => {
  const { mismatches, firstMismatches } = await play(shopWith(5), [
    "1,A1,4,1.00,7",
    "2,A1,2,1.00,8",
    "C3,A1,-2,1.00,8",
  ]);
  expect(firstMismatches).toEqual([
    "row 3: 2 of A1 was refused: sold_out (A1 is sold out.)",
    "row 4: the sale in row 3 that it returns was refused",
    "SKU A1: units in orders 4 in the shop, 6 by the file",
    "SKU A1: sold 4 in the shop, 6 by the file",
    "SKU A1: returned 0 in the shop, 2 by the file",
    "customer 8: ordered £0.00 in the shop, £2.00 by the file",
    "customer 8: refunded £0.00 in the shop, £2.00 by the file",
  ]);
  expect(mismatches).toBe(firstMismatches.length);
});

test("lines of a refused order do not slip into the customer's next one", async () => {
  const shop = shopWith(100);
  shop.refusals.set("pay-0-0", refusal("payment_declined"));
  const { firstMismatches, orders } = await play(shop, ["1,A1,4,1.00,7", "2,B2,2,1.00,7"]);
  expect(orders).toBe(1);
  expect([...shop.orders.values()].flatMap(({ lines }) => [...lines.values()].map(({ sku }) => sku))).toEqual(
    ["B2"],
  );
  expect(firstMismatches[0]).toBe(
    "row 2: checkout of A1 was refused: payment_declined (Refused: payment_declined.)",
  );
});

test("a penny or a unit that the shop counts otherwise is found", async () => {
  const shop = shopWith(100);
  const books = shop.ledger();
  const wrong = {
    ...books,
    run: async (prefix: string, currency: string) => {
      const figures = await books.run(prefix, currency);
      const seven = figures.customers.get("r-test-7");
      const customers = new Map(figures.customers).set("r-test-7", {
        orderedMinor: (seven?.orderedMinor ?? 0) + 1,
        refundedMinor: seven?.refundedMinor ?? 0,
      });
      return {
        ...figures,
        customers: customers.set("r-test-stranger", { orderedMinor: 1, refundedMinor: 0 }),
      };
    },
  };
  const outcome = await replay({
    plan: await planRetail(rows(ROWS)),
    ids: IDS,
    operators: [new OperatorLine(shop, 50)],
    ledger: wrong,
    pace: { speed: undefined, customersAtOnce: 1 },
    settledAfterMs: 0,
    watcher: { played: () => undefined, lagging: () => undefined },
  });
  expect(outcome.firstMismatches).toEqual([
    "customer 7: ordered £16.11 in the shop, £16.10 by the file",
    "customer r-test-stranger: has orders of this run, but is not in the file",
  ]);
});

test("trade of others in the file's products is not passed over", async () => {
  const shop = shopWith(100);
  const books = shop.ledger();
  let asked = 0;
  const shared = {
    ...books,
    stock: async () => {
      asked += 1;
      const stock = await books.stock();
      const a1 = stock.get("A1");
      return asked === 1 || a1 === undefined
        ? stock
        : new Map(stock).set("A1", { ...a1, onHand: a1.onHand - 1 });
    },
  };
  const outcome = await replay({
    plan: await planRetail(rows(ROWS)),
    ids: IDS,
    operators: [new OperatorLine(shop, 50)],
    ledger: shared,
    pace: { speed: undefined, customersAtOnce: 1 },
    settledAfterMs: 0,
    watcher: { played: () => undefined, lagging: () => undefined },
  });
  expect(outcome.firstMismatches).toEqual(["SKU A1: on hand 92 in the shop, 93 by the file"]);
});

test("no more lines of one cart are under way than its actor remembers keys for", async () => {
  const shop = shopWith(100);
  await play(
    shop,
    Array.from({ length: 49 }, () => "1,A1,1,1.00,7"),
    {
      speed: undefined,
      customersAtOnce: 1,
    },
  );
  expect(shop.inFlightMost).toBe(32);
});

test("books that come to agree while the shop settles agree", async () => {
  const shop = shopWith(100);
  const books = shop.ledger();
  let asked = 0;
  const late = {
    ...books,
    run: async (prefix: string, currency: string) => {
      asked += 1;
      const figures = await books.run(prefix, currency);
      return asked > 1 ? figures : { ...figures, customers: new Map() };
    },
  };
  const outcome = await replay({
    plan: await planRetail(rows(ROWS)),
    ids: IDS,
    operators: [new OperatorLine(shop, 50)],
    ledger: late,
    pace: { speed: undefined, customersAtOnce: 1 },
    watcher: { played: () => undefined, lagging: () => undefined },
  });
  expect([outcome.mismatches, asked]).toEqual([0, 2]);
});
