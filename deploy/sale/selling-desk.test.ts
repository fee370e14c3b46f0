import { beforeEach, expect, test } from "bun:test";
import { eventually } from "../../engine/testing/eventually.ts";
import type { SellingChange } from "../../gateway/protocol/console-act.ts";
import { sampleProduct, sampleSale } from "./testing/sample-product.ts";
import { lastLine, SellingDeskRig } from "./testing/selling-desk-rig.ts";

const ALL = { type: "all" } as const;
const PAUSE: SellingChange = { type: "PauseSelling", choice: ALL, reason: "wrong price" };
const RESUME: SellingChange = { type: "ResumeSelling", choice: ALL };
const SOON_OVER = { startsAtMs: Date.now() - 1_000, endsAtMs: Date.now() + 3_600_000 };

let rig: SellingDeskRig;

beforeEach(async () => {
  rig = new SellingDeskRig();
  for (const sku of ["A", "B"]) await rig.stock(sku);
  rig.products = [
    sampleProduct("A", { available: 5, held: 1, sale: sampleSale(SOON_OVER) }),
    sampleProduct("B", { available: 7, held: 0, pause: { reason: "broken", sinceMs: 9 } }),
  ];
  rig.dispatcher.submissions.length = 0;
});

test("what can be paused is told: the shop, and its sales that are not over", async () => {
  expect(await rig.desk.sales()).toEqual({
    isListCurrent: true,
    shop: { products: 2, paused: 1, available: 12 },
    sales: [{ sale: "friday", title: "Friday drop", products: 1, paused: 0, available: 5 }],
  });
});

test("a plan tells how many products and units a change is about, and changes nothing", async () => {
  expect(await rig.desk.plan(PAUSE)).toEqual({
    id: expect.stringMatching(/^p-/),
    isListCurrent: true,
    changes: 1,
    unchanged: 1,
    available: 12,
    held: 1,
    products: [{ sku: "A", text: "on sale -> paused" }],
  });
  const [broken] = (await rig.desk.plan(RESUME)).products;
  expect(broken?.text).toContain("(broken) -> on sale");
  expect(rig.dispatcher.submissions).toEqual([]);
});

test("a product or a sale that is not there is refused by name, before anything is done", async () => {
  const refusal = (choice: SellingChange["choice"]) => rig.desk.plan({ ...PAUSE, choice });
  await expect(refusal({ type: "skus", skus: ["NONE"] })).rejects.toThrow("There is no product NONE.");
  await expect(refusal({ type: "sale", sale: "monday" })).rejects.toThrow("No product is in the sale monday");
});

test("a change is made by the products themselves, and kept with who, what and why", async () => {
  expect(await lastLine(rig.desk.change({ change: PAUSE, askedBy: "anna", key: "k" }))).toEqual({
    type: "Ended",
    key: "k",
    isListCurrent: true,
    changed: 1,
    unchanged: 1,
    refused: 0,
    unreached: 0,
    failures: [],
  });
  expect(await rig.isPaused("A")).toBe(true);
  const said = { kind: "PauseSelling", reason: "wrong price", askedBy: "anna" };
  expect(rig.told).toEqual([
    { ...said, products: 1 },
    { ...said, changed: 1, unchanged: 1, refused: 0, unreached: 0 },
  ]);
  await lastLine(
    rig.desk.change({ change: { ...RESUME, choice: { type: "skus", skus: ["B"] } }, askedBy: "anna" }),
  );
  expect(rig.told.at(-1)).toMatchObject({ kind: "ResumeSelling", sku: ["B"], changed: 1 });
});

test("a change that is refused is in the log as well, with who wanted it and why not", async () => {
  const ask = (planId: string) => rig.desk.change({ change: RESUME, askedBy: "bert", planId });
  await expect(ask("p-other")).rejects.toThrow("Nothing was changed");
  expect(rig.told).toEqual([{ kind: "ResumeSelling", askedBy: "bert", code: "plan_changed" }]);
});

test("clicked twice it has one effect, whether or not the first click is over", async () => {
  const ask = () => lastLine(rig.desk.change({ change: PAUSE, askedBy: "anna", key: "k" }));
  const [one, other] = await Promise.all([ask(), ask()]);
  expect(one).toEqual(other);
  expect(await ask()).toMatchObject({ changed: 1, refused: 0, unreached: 0 });
  expect(new Set(rig.dispatcher.submissions.map(({ key }) => key))).toEqual(new Set(["k"]));
});

test("who is not reached is asked again; what the shop refuses is named, with the reason", async () => {
  rig.products = [...rig.products, sampleProduct("GONE")];
  rig.dispatcher.scripted.push({ type: "unknown", retryAfterMs: 1 });
  expect(await lastLine(rig.desk.change({ change: PAUSE, askedBy: "anna" }))).toMatchObject({
    changed: 1,
    refused: 1,
    unreached: 0,
    failures: [{ sku: "GONE", detail: expect.stringContaining("GONE") }],
  });
  expect(await rig.isPaused("A")).toBe(true);
});

test("what was shown is what is done: other pauses by now are not ended with them", async () => {
  const { id } = await rig.desk.plan(RESUME);
  const [first, ...others] = rig.products;
  rig.products = [sampleProduct("A", { ...first, pause: { reason: "recall", sinceMs: 10 } }), ...others];
  const ask = () => rig.desk.change({ change: RESUME, askedBy: "anna", planId: id });
  await expect(ask()).rejects.toThrow("Nothing was changed");
  // Nothing is left to do: somebody has done it.
  rig.products = rig.products.map((product) => ({ ...product, pause: null }));
  expect(await lastLine(ask())).toMatchObject({ changed: 0, unchanged: 2 });
});

test("with an old list a pause goes to all, and says so; nothing is sold again by it", async () => {
  rig.isListCurrent = false;
  expect(await rig.desk.plan(PAUSE)).toMatchObject({ isListCurrent: false, changes: 2, unchanged: 0 });
  await expect(rig.desk.plan(RESUME)).rejects.toThrow("behind the journal");
});

test("four changes are made at a time; one that nobody follows goes on to its end, and makes room", async () => {
  rig.dispatcher.held = [];
  const ask = () => rig.desk.change({ change: PAUSE, askedBy: "anna" });
  const begun = await Promise.all([ask(), ask(), ask(), ask()]);
  await expect(ask()).rejects.toThrow("makes 4 changes at a time");
  rig.dispatcher.release();
  for (const lines of begun.slice(1)) await lastLine(Promise.resolve(lines));
  await eventually("all four are over", () => rig.told.length === 8);
  expect(await lastLine(ask())).toMatchObject({ type: "Ended" });
  expect(await rig.isPaused("A")).toBe(true);
});
