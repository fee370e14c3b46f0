import { expect, test } from "bun:test";
import { QueueTickets } from "./queue-tickets.ts";
import { sampleTicket, sampleTickets } from "./testing/ticket-sample.ts";

const number = { sale: "drop", number: 7 };

test("a ticket is good for the shopper, the shop and the secret that it was signed with", () => {
  const [tickets, elsewhere, other] = [
    new QueueTickets("secret", "shop"),
    new QueueTickets("secret", "other"),
    new QueueTickets("another secret", "shop"),
  ];
  const ticket = tickets.sign("ann", number);
  expect(tickets.read(ticket, "ann")).toEqual(number);
  expect([tickets.read(ticket, "bob"), elsewhere.read(ticket, "ann"), other.read(ticket, "ann")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a text that was changed anywhere is no ticket", () => {
  const tickets = new QueueTickets("secret", "shop");
  const ticket = tickets.sign("ann", number);
  for (let at = 0; at < ticket.length - 1; at += 1) {
    const changed = ticket[at] === "A" ? "B" : "A";
    expect(tickets.read(ticket.slice(0, at) + changed + ticket.slice(at + 1), "ann")).toBeUndefined();
  }
  for (const text of ["", "q1.", "q1..", "q1.e30.", ticket.slice(0, -4), "x".repeat(900), "q1.\u{1f600}.é"])
    expect(tickets.read(text, "ann")).toBeUndefined();
});

test("a ticket that an earlier release has signed is still a ticket", async () => {
  const stored = (await Bun.file(new URL("./golden/queue-ticket-1.txt", import.meta.url)).text()).trim();
  expect(sampleTickets.read(stored, "ann")).toEqual(number);
  expect(sampleTicket()).toBe(stored);
});
