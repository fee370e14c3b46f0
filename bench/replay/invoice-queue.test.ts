import { expect, test } from "bun:test";
import type { PlannedCustomer } from "../retail/retail-plan.ts";
import { InvoiceQueue } from "./invoice-queue.ts";

function customer(name: string, ...timesMs: readonly number[]): PlannedCustomer {
  const invoices = timesMs.map((atMs) => ({ invoice: `${name}${atMs}`, atMs, sales: [], returns: [] }));
  return { customer: name, invoices };
}

test("invoices come in the order of their time, over all customers", () => {
  const queue = new InvoiceQueue([customer("a", 9, 10, 40), customer("b", 1, 20, 30), customer("c", 15)]);
  const taken: string[] = [];
  for (let queued = queue.take(); queued !== undefined; queued = queue.take()) {
    taken.push(queued.invoice.invoice);
    queue.giveBack(queued);
  }
  expect(taken).toEqual(["b1", "a9", "a10", "c15", "b20", "b30", "a40"]);
});

test("a customer is away until its invoice is given back", () => {
  const queue = new InvoiceQueue([customer("a", 1, 2)]);
  const first = queue.take();
  expect(queue.take()).toBeUndefined();
  if (first !== undefined) queue.giveBack(first);
  expect(queue.take()?.invoice.invoice).toBe("a2");
});

test("many customers in any order come out sorted", () => {
  const timesMs = Array.from({ length: 500 }, (_, index) => (index * 7919) % 1009);
  const queue = new InvoiceQueue(timesMs.map((atMs, index) => customer(String(index), atMs)));
  const taken = timesMs.map(() => queue.take()?.invoice.atMs ?? -1);
  expect(taken).toEqual(timesMs.toSorted((left, right) => left - right));
});
