import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RowChange } from "../../engine/contract/row-change.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { findOrder, listOrders, readOrdersAtOneMoment } from "./orders.ts";
import type { OrderPage, OrdersAtOneMoment, ListedOrder, OrderSelection } from "./orders.ts";
import { postgresReadModels } from "./read-models.ts";

const NOW_MS = 1_000;
const ORDERS: readonly RowChange[] = [
  order("C1~1", "captured", { customer: "ada", placed_at_ms: 10 }),
  order("C1~2", "captured", { customer: "ada", placed_at_ms: 20 }, 500),
  order("C2~1", "refused", { customer: "ada", placed_at_ms: 30, refusal_code: "sold_out" }),
  // In the same millisecond: their ids tell them apart.
  order("C3~1", "selling", { placed_at_ms: 40 }),
  order("C4~1", "confirmed", { placed_at_ms: 40 }),
  order("C5~1", "captured", { placed_at_ms: 50 }, 2_000),
  { ...order("C6~1", "captured", { placed_at_ms: 60 }), tenant: "other" },
];

describe("orders for those who run the shop", () => {
  let subject: MigratedDatabase;

  beforeAll(async () => {
    subject = await migratedDatabase();
    const models = postgresReadModels(subject.database);
    await models.positions();
    await models.apply(ORDERS, [{ shard: 3, seq: 7 }]);
  });
  afterAll(() => subject.close());

  const list = async (selection: Partial<OrderSelection> = {}, page: Partial<OrderPage> = {}) => {
    const orders = await listOrders(
      subject.database,
      { tenant: "demo", ...selection },
      { limit: 9, nowMs: NOW_MS, ...page },
    );
    return orders.map(({ orderId }) => orderId);
  };

  const atOneMoment = <Result>(
    selection: Partial<OrderSelection>,
    use: (orders: OrdersAtOneMoment) => Promise<Result>,
    { signal } = new AbortController(),
  ): Promise<Result> =>
    readOrdersAtOneMoment(subject.database, { tenant: "demo", ...selection }, use, signal);

  test("come newest first, of one tenant only", async () => {
    expect(await list()).toEqual(["C5~1", "C4~1", "C3~1", "C2~1", "C1~2", "C1~1"]);
  });

  test("come page by page, each once, also where several were placed at the same moment", async () => {
    const seen: string[] = [];
    let after: ListedOrder | undefined;
    for (let page = 0; page < ORDERS.length; page += 1) {
      const found = await listOrders(
        subject.database,
        { tenant: "demo" },
        { limit: 2, nowMs: NOW_MS, after },
      );
      seen.push(...found.map(({ orderId }) => orderId));
      after = found.at(-1) ?? after;
    }
    expect(seen).toEqual(await list());
  });

  test("are found however long ago the last of them were placed", async () => {
    const shown = [4_000, 90_000, 4_000_000, 100_000_000, 3_000_000_000].map((nowMs) =>
      list({}, { nowMs, limit: 3 }),
    );
    expect(new Set((await Promise.all(shown)).map(String))).toEqual(new Set(["C5~1,C4~1,C3~1"]));
  });

  test.each<[what: string, selection: Partial<OrderSelection>, orderIds: readonly string[]]>([
    ["customer", { customer: "ada" }, ["C2~1", "C1~2", "C1~1"]],
    ["product", { sku: "SKU-C4~1" }, ["C4~1"]],
    ["a time that begins them and one that ends them", { sinceMs: 20, untilMs: 40 }, ["C2~1", "C1~2"]],
    ["not being over", { states: ["placed"] }, ["C3~1"]],
    ["what was paid back", { states: ["partly-refunded", "refunded"] }, ["C5~1", "C1~2"]],
    ["having been paid and kept", { states: ["confirmed", "captured"] }, ["C4~1", "C1~1"]],
    ["several at once", { states: ["refused"], customer: "ada", sinceMs: 31 }, []],
  ])("are found by %s", async (_what, selection, orderIds) => {
    expect(await list(selection)).toEqual([...orderIds]);
  });

  test("have all that the read model knows", async () => {
    expect(await findOrder(subject.database, "demo", "C1~2")).toEqual({
      orderId: "C1~2",
      placedAtMs: 20,
      customer: "ada",
      state: "partly-refunded",
      refusalCode: null,
      currency: "EUR",
      totalMinor: 2_000,
      taxMinor: 200,
      refundedMinor: 500,
      lines: [lineOf("C1~2")],
    });
    expect(await findOrder(subject.database, "demo", "C6~1")).toBeUndefined();
  });

  test("stay as they were at the moment from which they are read", async () => {
    const models = postgresReadModels(subject.database);
    await models.positions();
    const read = await atOneMoment({ customer: "ada" }, async ({ positions, pages }) => {
      await models.apply([order("C7~1", "captured", { placed_at_ms: 15 })], [{ shard: 3, seq: 8 }]);
      const states: string[] = [];
      for await (const page of pages)
        for (const { orderId, state, refusalCode } of page) states.push(`${orderId} ${refusalCode ?? state}`);
      return { seq: positions.get(3), states };
    });
    expect(read).toEqual({ seq: 7, states: ["C1~1 captured", "C1~2 partly-refunded", "C2~1 sold_out"] });
  });

  test("are read for as long as it takes, and nothing waits to be vacuumed meanwhile", async () => {
    const { sql } = subject.database;
    const { moments, orders } = await atOneMoment({ customer: "ada" }, async ({ pages }) => {
      const held = await sql<{ state: string }[]>`
        select state from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and (backend_xmin is not null or xact_start is not null)`;
      return { moments: [...held], orders: (await Array.fromAsync(pages)).flat() };
    });
    expect(moments).toEqual([]);
    expect(orders).toHaveLength(3);
  });

  test("are given up at once when that is asked for, also while Postgres is at it", async () => {
    const { sql } = subject.database;
    const interruption = new AbortController();
    await sql.begin(async (locking) => {
      await locking`lock table orders in access exclusive mode`;
      const reading = atOneMoment({}, async () => "read", interruption).then(String, () => "given up");
      const isAtIt = async (): Promise<boolean> => {
        const waiting = await sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        return waiting.length > 0;
      };
      await eventually("Postgres is at it", isAtIt);
      interruption.abort();
      expect(await reading).toBe("given up");
      await eventually("Postgres has given it up as well", async () => !(await isAtIt()));
    });
  });

  test("are not told as if they were all when their connection is lost in the middle", async () => {
    const { sql } = subject.database;
    const reading = atOneMoment({}, async ({ pages }) => {
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query = 'commit' and pid <> pg_backend_pid()`;
      return Array.fromAsync(pages);
    });
    await expect(reading).rejects.toThrow();
  });

  test("are read to the end, however many there are", async () => {
    const models = postgresReadModels(subject.database);
    await models.positions();
    const many = Array.from({ length: 2_100 }, (_, number) =>
      order(`M${number}~1`, "captured", { customer: "many", placed_at_ms: 100 + (number % 7) }),
    );
    await models.apply(many, [{ shard: 4, seq: 1 }]);
    const found = await atOneMoment({ customer: "many" }, async ({ pages }) =>
      (await Array.fromAsync(pages)).flat(),
    );
    expect(new Set(found.map(({ orderId }) => orderId)).size).toBe(many.length);
    const times = found.map(({ placedAtMs }) => placedAtMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});

function order(id: string, status: string, set: NonNullable<RowChange["set"]>, refundedMinor = 0): RowChange {
  const terms = { customer: "bob", currency: "EUR", total_minor: 2_000, tax_minor: 200 };
  return {
    model: "orders",
    tenant: "demo",
    id,
    set: { ...terms, status, lines: JSON.stringify([lineOf(id)]), ...set },
    add: { refunded_minor: refundedMinor },
  };
}

function lineOf(id: string) {
  const amounts = { quantity: 2, unitPriceMinor: 1_000, amountMinor: 2_000, taxMinor: 200 };
  return { line: 1, sku: `SKU-${id}`, title: "Tea", ...amounts };
}
