import { expect, test } from "bun:test";
import { dropTicket, heldTickets, holdTicket, TICKETS } from "./held-tickets.ts";
import type { HeldTicket } from "./held-tickets.ts";
import { tabMemory } from "./tab-memory.ts";

const memory = () =>
  tabMemory(() => {
    throw new Error("the browser keeps nothing");
  });
const held = (sale: string, number = 1): HeldTicket => ({
  sale,
  number,
  ticket: `signed ${number}`,
  customer: "anna",
  sku: "MUG",
  title: "Mug",
});

test("a place is kept for each sale, and another one takes the place of the one before", () => {
  const kept = memory();
  holdTicket(kept, held("one"));
  holdTicket(kept, held("two"));
  holdTicket(kept, held("one", 7));
  expect(heldTickets(kept)).toEqual([held("two"), held("one", 7)]);
  dropTicket(kept, "two");
  expect(heldTickets(kept)).toEqual([held("one", 7)]);
});

test("whoever waits in very many queues keeps the places of the last", () => {
  const kept = memory();
  for (let number = 0; number < 30; number++) holdTicket(kept, held(`sale-${number}`, number));
  expect(heldTickets(kept).map(({ number }) => number)).toEqual(
    Array.from({ length: 20 }, (_, at) => at + 10),
  );
});

test.each(["", "{", "null", "[null, 1]", `[{"sale":"one"}]`, `[{"sale":"","number":"1"}]`])(
  "what is no list of tickets counts as none: %s",
  (text) => {
    const kept = memory();
    kept.setItem(TICKETS, text);
    expect(heldTickets(kept)).toEqual([]);
  },
);
