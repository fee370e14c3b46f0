import { expect, test } from "bun:test";
import type { AnyDecider } from "../../../engine/contract/decider.ts";
import type { RowChange, Scalar } from "../../../engine/contract/row-change.ts";
import { entry, recorded, segment, shownDecider } from "../testing/planted.ts";
import { verifyJournal } from "../verify-journal.ts";
import { readModels } from "./read-models.ts";

/** A decider whose events are the changes of the read models that they stand for. */
const decider: AnyDecider = {
  ...shownDecider("inventory"),
  project: (event: RowChange) => [event],
};

const change = (id: string, row: Pick<RowChange, "set" | "add">) => {
  return { type: "Changed", model: "stock", tenant: "shop", id, ...row };
};

const journal = recorded([
  segment(0, 1, {
    actors: [
      entry("shop/inventory/LAMP", [change("LAMP", { set: { title: "Lamp" }, add: { received: 5 } })]),
    ],
  }),
  segment(0, 2, { actors: [entry("shop/inventory/LAMP", [change("LAMP", { add: { received: 2 } })])] }),
]);

async function compare(position: number, rows: Readonly<Record<string, Readonly<Record<string, Scalar>>>>) {
  const json = Object.entries(rows).map(([key, row]) => [key, JSON.stringify(row)] as const);
  const snapshot = { positions: new Map([[0, position]]), rows: new Map(json) };
  const checks = [readModels(snapshot, [decider])];
  const report = await verifyJournal(journal, { deciders: [decider], shardCount: 1, checks });
  const [only] = report.checks;
  return { found: only?.examples.map(({ detail }) => detail), note: only?.note, checked: only?.checked };
}

test("rows that the journal gives pass; counters that nothing changed are zero", async () => {
  const row = { title: "Lamp", received: 7, sold: 0, sale_id: null };
  expect(await compare(2, { "stock/shop/LAMP": row })).toEqual({ found: [], note: undefined, checked: 1 });
});

test("read models that lag are compared as far as they are, and the lag is noted", async () => {
  const { found, note } = await compare(1, { "stock/shop/LAMP": { title: "Lamp", received: 5 } });
  expect(found).toEqual([]);
  expect(note).toBe("the read models are 1 segments behind; what they have is compared");
});

test("a row with another value is found", async () => {
  const { found } = await compare(2, { "stock/shop/LAMP": { title: "Lamp", received: 5 } });
  expect(found).toEqual(["stock/shop/LAMP: received is 5, the journal gives 7"]);
});

test("a value that the journal does not give is found", async () => {
  const { found } = await compare(2, { "stock/shop/LAMP": { title: "Lamp", received: 7, sold: 1 } });
  expect(found).toEqual(["stock/shop/LAMP: sold is 1, the journal gives nothing"]);
});

test("missing and surplus rows are found", async () => {
  const { found } = await compare(2, { "stock/shop/GHOST": { received: 1 } });
  expect(found).toEqual(["stock/shop/LAMP is missing", "stock/shop/GHOST is not in the journal"]);
});
