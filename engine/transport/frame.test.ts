import { expect, test } from "bun:test";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { ANSWER, COMMAND, DELIVERED, MESSAGE, READ, UNWATCH, VIEW, WATCH, type Item } from "./items.ts";

const command = { type: "AddLine", sku: "SKU-1", quantity: 2, note: "größer als 😀" };
const items: readonly Item[] = [
  [COMMAND, 1, "shop", "cart", "C", command, "key", 1_790_000_000_123, null],
  [
    COMMAND,
    2,
    "shop",
    "cart",
    "C",
    command,
    "key",
    1_790_000_000_123,
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00",
  ],
  [READ, 3, "shop", "cart", "C"],
  [WATCH, "shop", "cart", "C"],
  [UNWATCH, "shop", "cart", "C"],
  [
    ANSWER,
    4,
    { type: "done", reply: { totalMinor: 9_007_199_254_740_991, lines: [1, -2, 0.5, true, null] } },
  ],
  [
    ANSWER,
    5,
    { type: "refused", refusal: { code: "sold_out", detail: "Gone.", field: "sku", retryAfterMs: 5 } },
  ],
  [VIEW, 0, "shop", "inventory", "S", 7, 4_294_967_297, { available: 3 }],
  [VIEW, 6, "shop", "inventory", "S", 7, 8, null],
  [MESSAGE, 1, 2, 3, "shop", "cart", "C", command],
  [DELIVERED, 1, 2, 3],
];

test("every kind of item comes out of a frame as it went in", () => {
  expect(decodeFrame(encodeFrame(items))).toEqual(items);
});

test("a frame of another version is a fault", () => {
  expect(() => decodeFrame("[1,[]]")).toThrow("frame version 1 is not 2");
});
