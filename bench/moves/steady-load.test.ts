import { afterEach, expect, test } from "bun:test";
import { eventually } from "../../persistence/testing/condition.ts";
import { agreeable, PretendShop, problem, type Answers } from "../load/testing/pretend-shop.ts";
import { SteadyLoad } from "./steady-load.ts";

const shops: PretendShop[] = [];
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
});

/** Buys at two nodes until both have sold something; returns what customers saw. */
async function bought(answers: Answers): Promise<string> {
  const nodes = [new PretendShop(answers), new PretendShop(answers)];
  shops.push(...nodes);
  const load = await SteadyLoad.open(
    nodes.map(({ socketUrl }) => new URL(socketUrl)),
    100,
  );
  load.start();
  load.count();
  const fromMs = performance.now();
  await eventually("each node has been asked for a checkout", () =>
    nodes.every((node) => node.commands("checkout").length > 0),
  );
  await load.stop();
  return load.summary([{ fromMs, toMs: performance.now() }]);
}

test("customers order at all nodes, and orders while shards move are told apart", async () => {
  const summary = await bought(agreeable);
  expect(summary).toMatch(/^orders while shards move: [1-9]\d*, p50/mu);
  expect(summary).toMatch(/^orders while nothing moves: 0,/mu);
  expect(summary).toContain(
    "refused 0, sent again 0, cut off 0, checkouts without an answer 0, without a connection 0",
  );
});

test("what the shop refuses is told", async () => {
  const summary = await bought((frame) =>
    frame.op === "checkout" ? problem("payment_declined") : agreeable(frame),
  );
  expect(summary).toMatch(/^refused [1-9]/mu);
  expect(summary).toMatch(/^orders while shards move: 0,/mu);
});

test("a checkout whose connection is lost is cut off once, and has no answer once", async () => {
  let lost = 0;
  const summary = await bought((frame) => {
    if (frame.op !== "checkout") return agreeable(frame);
    lost += 1;
    return "close";
  });
  expect(summary).toContain(`, cut off ${lost}, checkouts without an answer ${lost}, `);
});
