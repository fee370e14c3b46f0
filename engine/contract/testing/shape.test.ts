import { expect, test } from "bun:test";
import type { Places, Unmatched } from "./places.ts";
import { sameAsGolden } from "./places.ts";
import { misfitsOf } from "./misfits.ts";
import { shapeOf } from "./shape.ts";

type Sample =
  | { readonly type: "Held"; readonly lines: readonly { readonly sku: string; readonly note?: string }[] }
  | { readonly type: "Ended" }
  | {
      readonly type: "Answered";
      readonly sale: { readonly id: string } | null;
      readonly answer: { readonly type: "yes"; readonly count: number } | { readonly type: "no" };
    };

const samples: readonly Sample[] = [
  { type: "Held", lines: [{ sku: "MUG" }, { sku: "CUP", note: "blue" }] },
  { type: "Ended" },
  { type: "Answered", sale: null, answer: { type: "yes", count: 2 } },
  { type: "Answered", sale: { id: "s" }, answer: { type: "no" } },
];

const shape = {
  Answered: "object",
  "Answered.answer<no>": "object",
  "Answered.answer<yes>": "object",
  "Answered.answer<yes>.count": "number",
  "Answered.sale": "null | object",
  "Answered.sale.id": "string",
  Ended: "object",
  Held: "object",
  "Held.lines": "list",
  "Held.lines[]": "object",
  "Held.lines[].note?": "string",
  "Held.lines[].sku": "string",
};

test("a shape has a line for every place", () => {
  expect(shapeOf(samples)).toEqual(shape);
});

test("the compiler sees the same places", () => {
  expect(sameAsGolden<Unmatched<keyof typeof shape, Places<Sample>>>()).toBe(true);
  type Longer = Sample | { readonly type: "Added" };
  // @ts-expect-error -- a type of event without a golden does not compile
  sameAsGolden<Unmatched<keyof typeof shape, Places<Longer>>>();
  type Changed = Exclude<Sample, { type: "Ended" }> | { readonly type: "Ended"; readonly at: number };
  // @ts-expect-error -- a new field does not compile
  sameAsGolden<Unmatched<keyof typeof shape, Places<Changed>>>();
});

test("a value of a shape has no misfits, and a value of another one has each of them", () => {
  for (const sample of samples) expect(misfitsOf(sample, shape)).toEqual([]);
  expect(misfitsOf({ type: "Held", lines: [] }, shape)).toEqual([]);
  expect(misfitsOf({ type: "Held", lines: [{ sku: 7, size: "M" }, {}] }, shape)).toEqual([
    "Held.lines[].size? is not in the shape",
    "Held.lines[].sku? is not in the shape",
  ]);
  expect(misfitsOf({ type: "Held", lines: [{ sku: 7 }] }, shape)).toEqual([
    "Held.lines[].sku is number, not string",
  ]);
  expect(misfitsOf({ type: "Answered", sale: {}, answer: { type: "maybe" } }, shape)).toEqual([
    "Answered.answer<maybe> is not in the shape",
    "Answered.sale.id is missing",
  ]);
  expect(misfitsOf({ type: "Answered", sale: null }, shape)).toEqual(["Answered.answer is missing"]);
  expect(misfitsOf({ lines: [] }, shapeOf([{ lines: [1], total: 2, note: null }]))).toEqual([
    "note is missing",
    "total is missing",
  ]);
  expect(misfitsOf({ type: "Gone" }, shape)).toEqual(["Gone is not in the shape"]);
});
