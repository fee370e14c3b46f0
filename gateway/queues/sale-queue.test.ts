import { expect, test } from "bun:test";
import { queueAddress } from "../server/addresses.ts";
import { MemoryDispatcher } from "../server/testing/memory-dispatcher.ts";
import { until } from "../server/testing/until.ts";
import { HandClock } from "../push/testing/hand-clock.ts";
import { SaleQueue, type Issued } from "./sale-queue.ts";

const TICK_MS = 50;
const session = { tenant: "shop" } as Parameters<typeof queueAddress>[0];
const address = queueAddress(session, "drop");
const terms = { opensAtMs: 0, startsAtMs: 1, endsAtMs: 8e12, admitPerMinute: 60, admissionMs: 60_000 };

function opened() {
  const [dispatcher, clock] = [new MemoryDispatcher(), new HandClock()];
  const [command, key] = [{ type: "OpenQueue", terms }, "open"];
  dispatcher.dispatch({ address, command, key, deadlineAtMs: 9e12 }, () => undefined);
  dispatcher.submissions.length = 0;
  const entropy = { uuid: () => Bun.randomUUIDv7() };
  const times = { joinTickMs: TICK_MS, deadlineMs: 1_000, ticketsKeptMax: 3 };
  const queue = new SaleQueue({ address, dispatcher, clock, entropy, ...times });
  const told: (readonly [customer: string, issued: Issued])[] = [];
  const come = (...customers: readonly string[]): void => {
    for (const customer of customers) queue.issue(customer, (issued) => told.push([customer, issued]));
  };
  return { dispatcher, clock, queue, told, come };
}

test("all who come in a moment get their numbers by one command, in order, and each only one", async () => {
  const { dispatcher, clock, queue, told, come } = opened();
  come("ann", "bob", "ann");
  expect(dispatcher.submissions).toEqual([]);
  clock.pass(TICK_MS);
  // Who comes while numbers are on their way gets one with the next command.
  come("cho");
  await until(() => told.length === 3, "the first numbers");
  clock.pass(TICK_MS);
  await until(() => told.length === 4, "the next number");
  const numberOf = (number: number): Issued => ({ type: "number", number });
  expect(told).toEqual([
    ["ann", numberOf(0)],
    ["ann", numberOf(0)],
    ["bob", numberOf(1)],
    ["cho", numberOf(2)],
  ]);
  expect(dispatcher.submissions.map(({ command }) => command)).toMatchObject([{ count: 2 }, { count: 1 }]);
  queue.close();
});

test("when nobody knows what became of the numbers, all who wait are told, and the next get theirs", async () => {
  const { dispatcher, clock, queue, told, come } = opened();
  dispatcher.scripted.push({ type: "unknown", retryAfterMs: 5 });
  come("ann");
  clock.pass(TICK_MS);
  await until(() => told.length === 1, "an answer");
  come("ann");
  clock.pass(TICK_MS);
  await until(() => told.length === 2, "a number");
  expect(told.map(([, { type }]) => type)).toEqual(["unknown", "number"]);
  queue.close();
});

test("numbers of those who came long ago are forgotten first", async () => {
  const { clock, queue, told, come } = opened();
  come("ann", "bob", "cho", "dee");
  clock.pass(TICK_MS);
  await until(() => told.length === 4, "all numbers");
  expect(["ann", "bob", "cho", "dee"].map((customer) => queue.numberOf(customer))).toEqual([
    undefined,
    1,
    2,
    3,
  ]);
  queue.close();
});

test("a queue that nobody tells of is not known when the time is over", () => {
  const { clock, queue } = opened();
  const seen: unknown[] = [];
  queue.whenKnown((view) => seen.push(view));
  clock.pass(1_000);
  expect(seen).toEqual([undefined]);
  queue.close();
});
