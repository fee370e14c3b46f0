import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Sql } from "postgres";
import { clientOf } from "../../persistence/postgres/pool.ts";
import { testDatabase, type TestDatabase } from "../../persistence/testing/test-database.ts";
import { Tally } from "../flash-sale/tally.ts";
import { BuyerCrowd } from "./buyer-crowd.ts";
import type { Peer } from "./peer.ts";
import { LuaCounter } from "./redis/lua-counter.ts";
import { RedisServer } from "./redis/redis-server.ts";
import { RowInStatement } from "./sql/row-in-statement.ts";
import { RowInTransaction } from "./sql/row-in-transaction.ts";
import { UnitRows } from "./sql/unit-rows.ts";

const START_MS_MAX = 120_000;
const CONNECTIONS = 8;

let database: TestDatabase | undefined;
let redis: RedisServer | undefined;

beforeAll(async () => {
  database = await testDatabase();
  redis = await RedisServer.start("always");
}, START_MS_MAX);

afterAll(async () => {
  await database?.close();
  await redis?.stop();
});

function sqlClient(): Sql {
  const options = {
    connectionsMax: CONNECTIONS,
    connectDeadlineMs: 10_000,
    applicationName: "test",
    statementDeadlineMs: 30_000,
  };
  return clientOf(database?.url ?? "", options);
}

const PEERS: Readonly<Record<string, () => Peer>> = {
  "a row in a transaction": () => new RowInTransaction(sqlClient()),
  "a row in one statement": () => new RowInStatement(sqlClient()),
  "a row per unit": () => new UnitRows(sqlClient()),
  "a counter in Redis": () => new LuaCounter(redis?.port ?? 0),
};

describe.each(Object.entries(PEERS))("%s", (_name, open) => {
  let peer: Peer;
  beforeAll(() => void (peer = open()));
  afterAll(() => peer.close());

  test("a unit is held, then it is an order", async () => {
    await peer.stock(3);
    const held = await peer.hold("a");
    expect(held?.key).toBe("a");
    expect(await peer.books()).toEqual({ orders: new Set(), heldUnits: 1, unitsLeft: 2 });
    if (held !== undefined) await peer.checkOut(held);
    expect(await peer.books()).toEqual({ orders: new Set(["a"]), heldUnits: 0, unitsLeft: 2 });
  });

  test("what is held is paid for once, and what is not held never", async () => {
    await peer.stock(3);
    const held = await peer.hold("a");
    if (held === undefined) throw new Error("there is stock");
    await peer.checkOut(held);
    await expect(peer.checkOut(held)).rejects.toThrow("nothing is held for a");
    await expect(peer.checkOut({ key: "b", unit: 2 })).rejects.toThrow("nothing is held for b");
    expect((await peer.books()).orders).toEqual(new Set(["a"]));
  });

  test("the last unit is held once", async () => {
    await peer.stock(1);
    expect(await peer.hold("a")).toBeDefined();
    expect(await peer.hold("b")).toBeUndefined();
    expect(await peer.books()).toEqual({ orders: new Set(), heldUnits: 1, unitsLeft: 0 });
  });

  test("every unit is found, wherever a buyer begins to look", async () => {
    await peer.stock(20);
    for (let unit = 1; unit <= 20; unit += 1) expect(await peer.hold(`k-${unit}`)).toBeDefined();
    expect(await peer.hold("one too many")).toBeUndefined();
  });

  test("new stock forgets what was sold", async () => {
    await peer.stock(2);
    const held = await peer.hold("a");
    if (held !== undefined) await peer.checkOut(held);
    await peer.hold("b");
    await peer.stock(5);
    expect(await peer.books()).toEqual({ orders: new Set(), heldUnits: 0, unitsLeft: 5 });
  });

  test("a crowd that wants more than there is gets every unit once", async () => {
    await peer.stock(60);
    const tally = new Tally<string>();
    tally.open();
    await new BuyerCrowd(peer, tally, { buyers: 20, keyPrefix: "k-", attempts: 120 }).buy();
    expect([tally.confirmed, tally.refused]).toEqual([60, 60]);
    const { orders, heldUnits, unitsLeft } = await peer.books();
    expect([heldUnits, unitsLeft]).toEqual([0, 0]);
    expect(orders).toEqual(new Set(tally.acknowledged));
  });
});
