import { expect, test } from "bun:test";
import type { PlannedCustomer } from "../retail/retail-plan.ts";
import type { QueuedInvoice } from "./invoice-queue.ts";
import { OperatorLine } from "./operator-port.ts";
import { playPlan } from "./play-plan.ts";
import { PretendShop } from "./testing/pretend-shop.ts";

const OPERATORS = [new OperatorLine(new PretendShop(), 1)];

function customer(name: string, ...timesMs: readonly number[]): PlannedCustomer {
  const invoices = timesMs.map((atMs) => ({ invoice: `${name}${atMs}`, atMs, sales: [], returns: [] }));
  return { customer: name, invoices };
}

/** Notes the time at which each invoice is started; playing one takes `durationMs`. */
function stage(durationMs: number) {
  let nowMs = 1_000;
  const started: string[] = [];
  const sleep = (ms: number): Promise<void> => {
    nowMs += ms;
    return Promise.resolve();
  };
  const play = (_operator: OperatorLine, { invoice }: QueuedInvoice): Promise<void> => {
    started.push(`${invoice.invoice} at ${nowMs - 1_000}`);
    return sleep(durationMs);
  };
  return { started, player: { play }, time: { nowMs: () => nowMs, sleep } };
}

const CUSTOMERS = [customer("a", 60_000, 120_000), customer("b", 90_000)];

test("at a speed no invoice is started before its time has come", async () => {
  const { started, player, time } = stage(0);
  await playPlan(CUSTOMERS, player, OPERATORS, { speed: 60, customersAtOnce: 1 }, time);
  expect(started).toEqual(["a60000 at 0", "b90000 at 500", "a120000 at 1000"]);
});

test("a shop that is slower than the speed is not waited for twice", async () => {
  const { started, player, time } = stage(800);
  await playPlan(CUSTOMERS, player, OPERATORS, { speed: 60, customersAtOnce: 1 }, time);
  expect(started).toEqual(["a60000 at 0", "b90000 at 800", "a120000 at 1600"]);
});

test("without a speed nothing is waited for", async () => {
  const { started, player, time } = stage(0);
  await playPlan(CUSTOMERS, player, OPERATORS, { speed: undefined, customersAtOnce: 1 }, time);
  expect(started).toEqual(["a60000 at 0", "b90000 at 0", "a120000 at 0"]);
});

test("every invoice is played once, however many play", async () => {
  const { started, player, time } = stage(1);
  const customers = Array.from({ length: 40 }, (_, index) =>
    customer(`c${index}-`, index, index + 1, index + 2),
  );
  await playPlan(customers, player, OPERATORS, { speed: undefined, customersAtOnce: 7 }, time);
  expect(new Set(started.map((text) => text.split(" ")[0])).size).toBe(120);
  expect(started).toHaveLength(120);
});
