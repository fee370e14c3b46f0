import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Sql } from "postgres";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { eventually } from "../testing/condition.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import { postgresCatalogue } from "./catalogue.ts";
import type { Database } from "./database.ts";
import { postgresReadModels } from "./read-models.ts";

type Catalogue = ReturnType<typeof postgresCatalogue>;

describe("the catalogue says that it is unavailable", () => {
  let subject: MigratedDatabase;

  beforeAll(async () => {
    subject = await migratedDatabase();
  });
  afterAll(() => subject.close());

  async function expectUnavailable(catalogue: Catalogue): Promise<void> {
    const asked = [
      catalogue.search({ tenant: "demo", offset: 0, limit: 10 }),
      catalogue.find("demo", "MUG-1"),
    ];
    for (const outcome of await Promise.allSettled(asked)) {
      const reason: unknown = outcome.status === "rejected" ? outcome.reason : outcome.value;
      expect(reason).toBeInstanceOf(Unavailable);
      expect(reason).toHaveProperty("retryAfterMs", 1_000);
    }
  }

  test("while nobody listens where its database was", async () => {
    const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const url = new URL(subject.url);
    url.port = String(listener.port);
    listener.stop(true);
    const catalogue = postgresCatalogue(url.href);
    await expectUnavailable(catalogue);
    const reason: unknown = await catalogue.find("demo", "MUG-1").catch((error: unknown) => error);
    expect(reason).toHaveProperty("cause.code", "ECONNREFUSED");
    await catalogue.close();
  });

  test("when its database hears the question and says nothing", async () => {
    const proxy = severingProxy(subject.url);
    const catalogue = postgresCatalogue(proxy.url, { answerDeadlineMs: 300 });
    proxy.muteReplies();
    await expectUnavailable(catalogue);
    proxy.close();
    await catalogue.close();
  });

  test("when its database takes too long, and answers again once that is over", async () => {
    const catalogue = postgresCatalogue(subject.url, { answerDeadlineMs: 300 });
    await subject.raw().begin(async (sql) => {
      await sql`lock table stock in access exclusive mode`;
      await expectUnavailable(catalogue);
    });
    expect(await catalogue.find("demo", "MUG-1")).toBeUndefined();
    await catalogue.close();
  });

  test("at once to whoever comes when many wait already, and those are answered", async () => {
    const catalogue = postgresCatalogue(subject.url, { answerDeadlineMs: 20_000 });
    const asked: Promise<unknown>[] = [];
    await subject.raw().begin(async (sql) => {
      await sql`lock table stock in access exclusive mode`;
      for (let index = 0; index < 1_200; index += 1) {
        asked.push(catalogue.find("demo", "GHOST").catch((error: unknown) => error));
      }
      expect(await Promise.race(asked)).toBeInstanceOf(Unavailable);
    });
    const outcomes = await Promise.all(asked);
    const answered = outcomes.filter((outcome) => outcome === undefined);
    expect(answered.length).toBeGreaterThan(100);
    const refused = outcomes.filter((outcome) => outcome instanceof Unavailable);
    expect(answered.length + refused.length).toBe(outcomes.length);
    await catalogue.close();
  });

  test("to some of those whom a slow database cannot all answer, and asks it on no more connections", async () => {
    const sql = subject.raw();
    const models = postgresReadModels(subject.database);
    await models.positions();
    const mug = { model: "stock", tenant: "demo", id: "MUG-1", set: { title: "Mug" } } as const;
    await models.apply([mug], [{ shard: 1, seq: 1 }]);
    await sql`alter table stock rename to stock_itself`;
    await sql`create view stock as select stock_itself.* from pg_sleep(0.2) cross join stock_itself`;
    const backends = () => sql<{ pid: number; state: string }[]>`
      select pid, state from pg_stat_activity
      where datname = current_database() and application_name = 'stampede catalogue'`;
    await eventually("earlier connections are gone", async () => (await backends()).length === 0);

    const catalogue = postgresCatalogue(subject.url, { answerDeadlineMs: 1_000 });
    let isSettled = false;
    const asked = Array.from({ length: 60 }, () => catalogue.find("demo", "MUG-1"));
    const outcomes = Promise.allSettled(asked).finally(() => (isSettled = true));
    const met = new Set<number>();
    await eventually("the database has nothing to do for the catalogue any more", async () => {
      const present = await backends();
      for (const { pid } of present) met.add(pid);
      return isSettled && present.every(({ state }) => state === "idle");
    });
    expect(met.size).toBeLessThanOrEqual(3);
    const answered = (await outcomes).filter(({ status }) => status === "fulfilled");
    expect(answered.length).toBeGreaterThan(0);
    for (const outcome of await outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Unavailable);
    await catalogue.close();
    await sql`drop view stock`;
    await sql`alter table stock_itself rename to stock`;
  });

  test("and does not ask again for somebody who has gone", async () => {
    let ask: ((sql: Sql) => unknown) | undefined;
    const database = {
      read: (statement: (sql: Sql) => unknown) => {
        ask = statement;
        return new Promise<never>(() => undefined);
      },
    } as unknown as Database;
    let asked = 0;
    const sql = (() => (asked += 1)) as unknown as Sql;
    const catalogue = postgresCatalogue(database, { answerDeadlineMs: 50 });
    const outcome = await catalogue.find("demo", "MUG-1").catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Unavailable);
    expect(() => ask?.(sql)).toThrow(Unavailable);
    expect(asked).toBe(0);
  });
});
