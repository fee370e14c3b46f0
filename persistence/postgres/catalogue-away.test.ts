import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import { postgresCatalogue } from "./catalogue.ts";

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
});
