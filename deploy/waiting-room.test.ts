import { afterAll, beforeAll, expect, test } from "bun:test";
import { runStampede } from "../bench/crash/shop-process.ts";
import { StampedeClient } from "../gateway/client/client.ts";
import { standingOf } from "../gateway/protocol/queue-standing.ts";
import type { QueueView } from "../gateway/protocol/views.ts";
import { eventually } from "../persistence/testing/condition.ts";
import { ShopProgram } from "./testing/shop-program.ts";

const MUG = "KIT-DAWN-MUG";
const shop = new ShopProgram();

beforeAll(() => shop.start(), 120_000);
afterAll(() => shop.remove());

async function sale(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runStampede(["sale", ...args, "--data", shop.dataDirectory]);
  return { exitCode, stdout, stderr };
}

test("a sale with a waiting room: people come, wait, are let in and buy, as its operators wish", async () => {
  const room = "--waiting-room --admit 0 --opens now --admission-minutes 5".split(" ");
  const terms = `--price 9.00 --starts now --ends +2h --sku ${MUG}`.split(" ");
  const created = await sale("create", "night", ...terms, ...room);
  expect(created).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^waiting room: none -> opens /),
  });

  const [shopper, second] = await Promise.all([
    StampedeClient.connect({ url: shop.url }),
    StampedeClient.connect({ url: shop.url }),
  ]);
  const seen: { queue: QueueView | null } = { queue: null };
  shopper.subscribe("queue/night", (queue) => (seen.queue = queue));
  const standing = (number: number) =>
    seen.queue === null ? undefined : standingOf(seen.queue, number, shopper.serverTimeMs());

  expect(await shopper.add({ sku: MUG, quantity: 1 })).toMatchObject({
    ok: false,
    problem: { code: "waiting_room", status: 403, values: { sku: MUG, sale: "night" } },
  });
  const joined = await Promise.all([shopper, second].map((client) => client.joinQueue({ sale: "night" })));
  const tickets = joined.flatMap((result) => (result.ok ? [result.value] : []));
  expect(tickets.map(({ number }) => number).toSorted((left, right) => left - right)).toEqual([0, 1]);
  const [mine] = tickets as [(typeof tickets)[0]];
  await eventually("the place in the queue is seen", () => standing(mine.number)?.type === "waiting");
  expect(await shopper.add({ sku: MUG, quantity: 1, ticket: mine.ticket })).toMatchObject({
    ok: false,
    problem: { code: "waiting_room" },
  });
  expect((await sale("list")).stdout).toContain("2 waiting, 0/min, 0 let in");

  const tried = await sale("admit", "night", "600/min", "--dry-run", "--json");
  expect(JSON.parse(tried.stdout)).toEqual({ sale: "night", from: 0, to: 600, dryRun: true, changed: false });
  expect(await sale("admit", "night", "600/min")).toEqual({
    exitCode: 0,
    stdout: "0/min -> 600/min\n",
    stderr: "",
  });
  await eventually("the turn has come", () => standing(mine.number)?.type === "let_in");
  expect(await shopper.add({ sku: MUG, quantity: 1, ticket: mine.ticket })).toMatchObject({
    ok: true,
    value: { unitPriceMinor: 900 },
  });
  expect(await shopper.checkOut({ paymentToken: "tok_ok" })).toMatchObject({ ok: true });

  // The room outlives the shop's process, and so do its tickets.
  await shop.stop();
  await shop.start();
  await eventually("the shopper is there again", () => shopper.status.type === "open");
  expect(await shopper.joinQueue({ sale: "night", ticket: mine.ticket })).toMatchObject({
    ok: true,
    value: { number: mine.number },
  });
  const shown = JSON.parse((await sale("show", "night", "--json")).stdout) as { readonly summary: object };
  expect(shown.summary).toMatchObject({ waitingRoom: true, queue: { waiting: 0, letIn: 2, perMinute: 600 } });
  expect((await sale("end", "night")).stdout).toContain("-> over");
  expect(await shopper.add({ sku: MUG, quantity: 1 })).toMatchObject({
    ok: true,
    value: { unitPriceMinor: 1_900 },
  });
  expect(await second.joinQueue({ sale: "night" })).toMatchObject({
    ok: false,
    problem: { code: "queue_closed" },
  });
  for (const client of [shopper, second]) client.close();
}, 120_000);
