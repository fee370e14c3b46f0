import { expect, test } from "bun:test";
import { namedOrder, onlyOrder } from "./order-id.ts";

const number = { type: "number", cartEnd: "9c1d20", number: "2" } as const;
const ORDER = "0199c2f6-7a01-7000-8000-3f5b2a9c1d20~2";

test("an order is named by its id, or by the number on its page", () => {
  expect(namedOrder("9c1d20-2")).toEqual(number);
  expect(namedOrder("9C1D20-2")).toEqual({ ...number, cartEnd: "9C1D20" });
  expect(namedOrder(ORDER)).toMatchObject({ type: "address", address: { kind: "order", id: ORDER } });
});

test.each(["LAMP", "9C1D20", "0199c2f6-7a01-7000-8000-3f5b2a9c1d20", "-2", "9C1D20-"])(
  "%p names none",
  (text) => {
    expect(() => namedOrder(text)).toThrow("its number on its page such as 9C1D20-1");
  },
);

test("the number of several orders is refused with their ids", () => {
  expect(onlyOrder(number, [ORDER], 0)).toBe(ORDER);
  expect(() => onlyOrder(number, [ORDER, "a9c1d20~2"], 0)).toThrow(
    expect.objectContaining({
      name: "ConfigError",
      message: `several orders have the number 9C1D20-2; name one by its id: ${ORDER}, a9c1d20~2`,
    }),
  );
});

test("a number that no order has may be one that the tables for queries lack as yet", () => {
  expect(() => onlyOrder(number, [], 0)).toThrow(/^there is no order with the number 9C1D20-2$/);
  expect(() => onlyOrder(number, [], 1)).toThrow("which are 1 segment behind the journal: try again");
});
