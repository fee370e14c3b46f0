import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { RowChange } from "../../engine/contract/row-change.ts";
import { ProjectionMoved } from "../../engine/ports/read-models.ts";
import type { ReadModels } from "../../engine/ports/read-models.ts";
import type { ModelName } from "../read-models/columns.ts";

/** A store for read models, as the suite sees it. */
export interface ReadModelSubject {
  /** Each stands for a process of its own. */
  open(): ReadModels;
  /** A stored row: numbers as numbers, columns without a value left out or null. */
  row(model: ModelName, tenant: string, id: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  close(): Promise<void>;
}

/** All columns that an order gets when it is placed. */
const PLACED = {
  customer: "ada",
  cart_id: "C1",
  status: "authorising",
  placed_at_ms: 1_700_000_000_000,
  total_minor: 1_000,
  tax_minor: 160,
  currency: "EUR",
  lines: JSON.stringify([{ line: 1, sku: "A" }]),
  refusal_code: null,
};

/** What all read models must do, whatever they store in. */
export function readModelConformance(name: string, make: () => Promise<ReadModelSubject>): void {
  describe(`${name}: read models`, () => {
    let subject: ReadModelSubject;
    let models: ReadModels;
    let others: ReadModels;

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(async () => {
      models = subject.open();
      others = subject.open();
      await models.positions();
    });
    afterEach(async () => {
      await models.clear();
      await Promise.all([models.close(), others.close()]);
    });
    afterAll(() => subject.close());

    const stock = (id: string) => subject.row("stock", "demo", id);

    test("set and count, over one batch and over several", async () => {
      await models.apply(
        [set("A", { title: "Shoe", sale_id: "s1" }), add("A", { received: 10 }), add("A", { held: 2 })],
        [{ shard: 1, seq: 3 }],
      );
      await models.apply(
        [add("A", { held: -2, sold: 2 }), set("A", { title: "Boot", sale_id: null }), add("B", { held: 1 })],
        [{ shard: 1, seq: 4 }],
      );
      expect(await stock("A")).toMatchObject({
        title: "Boot",
        sale_id: null,
        received: 10,
        sold: 2,
        held: 0,
      });
      expect(await stock("B")).toMatchObject({ held: 1 });
    });

    test("keep columns that a change does not name", async () => {
      await models.apply([set("A", { title: "Shoe", category: "c" })], [{ shard: 1, seq: 1 }]);
      await models.apply([set("A", { title: "Boot" })], [{ shard: 1, seq: 2 }]);
      expect(await stock("A")).toMatchObject({ title: "Boot", category: "c" });
    });

    test("keep why and since when a product is not sold, until it is again", async () => {
      const pause = { paused_reason: "wrong price", paused_at_ms: 1_700_000_000_000 };
      await models.apply([set("A", { title: "Shoe" }), set("A", pause)], [{ shard: 1, seq: 1 }]);
      await models.apply([set("A", { title: "Boot" })], [{ shard: 1, seq: 2 }]);
      expect(await stock("A")).toMatchObject({ title: "Boot", ...pause });
      await models.apply([set("A", { paused_reason: null, paused_at_ms: null })], [{ shard: 1, seq: 3 }]);
      expect(await stock("A")).toMatchObject({ title: "Boot", paused_reason: null, paused_at_ms: null });
    });

    test("keep orders with their lines", async () => {
      const lines = [{ line: 1, sku: "A", title: "Shoe", quantity: 2, unitPriceMinor: 500 }];
      const placed = {
        customer: "ada",
        status: "confirmed",
        total_minor: 1000,
        lines: JSON.stringify(lines),
      };
      await models.apply([order("C1~1", placed)], [{ shard: 1, seq: 1 }]);
      await models.apply(
        [order("C1~1", { status: "captured" }, { refunded_minor: 300 })],
        [{ shard: 1, seq: 2 }],
      );
      const stored = await subject.row("orders", "demo", "C1~1");
      expect(stored).toMatchObject({ status: "captured", total_minor: 1000, refunded_minor: 300, lines });
    });

    test("overwrite exactly what a change of an order names", async () => {
      await models.apply([order("C1~1", PLACED)], [{ shard: 1, seq: 1 }]);
      await models.apply(
        [order("C1~1", { status: "refused", refusal_code: "OUT_OF_STOCK" })],
        [{ shard: 1, seq: 2 }],
      );
      await models.apply([order("C1~1", {}, { refunded_minor: 300 })], [{ shard: 1, seq: 3 }]);
      await models.apply([order("C1~1", {}, { refunded_minor: 200 })], [{ shard: 1, seq: 4 }]);
      expect(await subject.row("orders", "demo", "C1~1")).toMatchObject({
        ...PLACED,
        lines: [{ line: 1, sku: "A" }],
        status: "refused",
        refusal_code: "OUT_OF_STOCK",
        refunded_minor: 500,
      });
    });

    test("make an order from a part of it, and complete it", async () => {
      await models.apply(
        [order("C1~1", { refusal_code: "OUT_OF_STOCK" }, { refunded_minor: 300 })],
        [{ shard: 1, seq: 1 }],
      );
      const made = await subject.row("orders", "demo", "C1~1");
      expect(made).toMatchObject({ refusal_code: "OUT_OF_STOCK", refunded_minor: 300 });
      expect(made?.["customer"] ?? null).toBeNull();
      await models.apply([order("C1~1", PLACED)], [{ shard: 1, seq: 2 }]);
      expect(await subject.row("orders", "demo", "C1~1")).toMatchObject({
        ...PLACED,
        lines: [{ line: 1, sku: "A" }],
        refunded_minor: 300,
      });
    });

    test("tell rows of one batch apart that name different columns", async () => {
      await models.apply(
        [set("A", { title: "Shoe", category: "c" }), set("B", { title: "Sock" }), add("B", { held: 1 })],
        [{ shard: 1, seq: 1 }],
      );
      await models.apply(
        [
          set("B", { category: "d" }),
          set("A", { title: "Boot" }),
          add("A", { sold: 2 }),
          set("C", { title: "Cap" }),
          add("D", { held: 4 }),
        ],
        [{ shard: 1, seq: 2 }],
      );
      expect(await stock("A")).toMatchObject({ title: "Boot", category: "c", sold: 2 });
      expect(await stock("B")).toMatchObject({ title: "Sock", category: "d", held: 1 });
      expect(await stock("C")).toMatchObject({ title: "Cap" });
      expect(await stock("D")).toMatchObject({ held: 4 });
    });

    test("keep tenants apart", async () => {
      const change = add("A", { received: 1 });
      await models.apply([change, { ...change, tenant: "other" }], [{ shard: 1, seq: 1 }]);
      await models.apply([{ ...change, tenant: "other" }], [{ shard: 1, seq: 2 }]);
      expect(await stock("A")).toMatchObject({ received: 1 });
      expect(await subject.row("stock", "other", "A")).toMatchObject({ received: 2 });
    });

    test("remember positions, for others too", async () => {
      await models.apply(
        [],
        [
          { shard: 2, seq: 7 },
          { shard: 1, seq: 3 },
        ],
      );
      expect(await others.positions()).toEqual([
        { shard: 1, seq: 3 },
        { shard: 2, seq: 7 },
      ]);
    });

    test("take no segment twice", async () => {
      await models.apply([add("A", { received: 5 })], [{ shard: 1, seq: 3 }]);
      const again = models.apply([add("A", { received: 5 })], [{ shard: 1, seq: 3 }]);
      await expect(again).rejects.toThrow(ProjectionMoved);
      await again.catch(() => {});
      expect(await stock("A")).toMatchObject({ received: 5 });
    });

    test("take nothing of a batch when one of its shards was moved on by another projection", async () => {
      await others.positions();
      await others.apply([add("A", { received: 1 })], [{ shard: 2, seq: 4 }]);
      const positions = [
        { shard: 1, seq: 2 },
        { shard: 2, seq: 9 },
      ];
      const late = models.apply([add("A", { received: 100 })], positions);
      await expect(late).rejects.toThrow(ProjectionMoved);
      await late.catch(() => {});
      expect(await stock("A")).toMatchObject({ received: 1 });
      expect(await models.positions()).toEqual([{ shard: 2, seq: 4 }]);
      await models.apply([add("A", { received: 10 })], positions);
      expect(await stock("A")).toMatchObject({ received: 11 });
    });

    test("count each segment once under projections that race", async () => {
      const racers = [models, others, subject.open()];
      await Promise.all(
        racers.map(async (racer) => {
          for (let done = 0; done < 20;) {
            const [position] = await racer.positions();
            done = position?.seq ?? 0;
            const next = { shard: 1, seq: done + 1 };
            if (done < 20)
              await racer.apply([add("A", { received: 1 })], [next]).catch((error: unknown) => {
                if (!(error instanceof ProjectionMoved)) throw error;
              });
          }
        }),
      );
      await racers[2]?.close();
      expect(await stock("A")).toMatchObject({ received: 20 });
    });

    test("want the positions to be read before the first changes", async () => {
      await expect(others.apply([], [{ shard: 1, seq: 1 }])).rejects.toThrow(ProjectionMoved);
    });

    test("know no other model and no other column", async () => {
      const wrong: RowChange[] = [
        { model: "wishes", tenant: "demo", id: "A" },
        set("A", { colour: "red" }),
        set("A", { held: 1 }),
        add("A", { title: 1 }),
      ];
      for (const change of wrong)
        await expect(models.apply([change], [{ shard: 1, seq: 1 }])).rejects.toThrow("no");
    });

    test("store text that Postgres would not take", async () => {
      await models.apply(
        [
          set("A", { title: "a\0b\uD800c" }),
          order("C1~1", { lines: '["a\\u0000\\ud800"]' }),
          order("C1~2", { lines: '["a\uD800"]' }),
        ],
        [{ shard: 1, seq: 1 }],
      );
      expect(await stock("A")).toMatchObject({ title: "a\uFFFDb\uFFFDc" });
      expect(await subject.row("orders", "demo", "C1~1")).toMatchObject({ lines: ["a\uFFFD\uFFFD"] });
      expect(await subject.row("orders", "demo", "C1~2")).toMatchObject({ lines: ["a\uFFFD"] });
    });

    test("are empty after clearing, and start again", async () => {
      await models.apply([add("A", { received: 5 })], [{ shard: 1, seq: 3 }]);
      await models.clear();
      expect(await models.positions()).toEqual([]);
      expect(await stock("A")).toBeUndefined();
      await models.apply([add("A", { received: 5 })], [{ shard: 1, seq: 1 }]);
      expect(await stock("A")).toMatchObject({ received: 5 });
    });
  });
}

function set(id: string, columns: NonNullable<RowChange["set"]>): RowChange {
  return { model: "stock", tenant: "demo", id, set: columns };
}

function add(id: string, columns: NonNullable<RowChange["add"]>): RowChange {
  return { model: "stock", tenant: "demo", id, add: columns };
}

function order(id: string, columns: NonNullable<RowChange["set"]>, counts?: RowChange["add"]): RowChange {
  return {
    model: "orders",
    tenant: "demo",
    id,
    set: columns,
    ...(counts === undefined ? {} : { add: counts }),
  };
}
