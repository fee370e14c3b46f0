import { describe, expect, test } from "bun:test";
import { testDatabase } from "../testing/test-database.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import { openDatabase } from "./database.ts";

describe("opening a database", () => {
  test("names setting, host and port of one that does not answer, not the password", async () => {
    const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { port } = listener;
    listener.stop(true);
    const error = await failure(openDatabase(`postgres://shop:s3cret@127.0.0.1:${port}/shop`));
    expect(error.message).toContain("DATABASE_URL");
    expect(error.message).toContain(`127.0.0.1:${port}/shop does not answer (ECONNREFUSED)`);
    expect(error.message).not.toContain("s3cret");
  });

  test("gives up on one that accepts and says nothing", async () => {
    const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const url = `postgres://shop:s3cret@127.0.0.1:${listener.port}/shop`;
    const error = await failure(openDatabase(url, { connectDeadlineMs: 200 }));
    expect(error.message).toContain("does not answer (CONNECT_TIMEOUT)");
    listener.stop(true);
  });

  test("names a wrong password and a missing database for what they are", async () => {
    const { url, close } = await testDatabase();
    const wrong = new URL(url);
    wrong.password = "s3cret";
    expect((await failure(openDatabase(wrong.href))).message).toContain("refuses this user or password");
    wrong.href = url;
    wrong.pathname = "nowhere";
    expect((await failure(openDatabase(wrong.href))).message).toContain("there is no such database");
    await close();
  });

  test("refuses text that is no URL without repeating it", async () => {
    const error = await failure(openDatabase("host=localhost password=s3cret"));
    expect(error.message).toContain("DATABASE_URL is not a URL");
    expect(error.message).not.toContain("s3cret");
  });

  test("refuses a server that could lose what it acknowledges", async () => {
    const { url, close } = await testDatabase();
    const careless = new URL(url);
    careless.searchParams.set("synchronous_commit", "off");
    expect((await failure(openDatabase(careless.href))).message).toContain("synchronous_commit=off");
    await close();
  });
});

describe("an open database", () => {
  test("answers again after all its connections broke", async () => {
    const { url, close } = await testDatabase();
    const proxy = severingProxy(url);
    const database = await openDatabase(proxy.url);
    for (let round = 0; round < 5; round++) {
      proxy.sever();
      const rows = await Promise.all(
        Array.from({ length: 4 }, () => database.read((sql) => sql<{ one: number }[]>`select 1 as one`)),
      );
      expect(rows.map(([row]) => row?.one)).toEqual([1, 1, 1, 1]);
    }
    await database.close();
    proxy.close();
    await close();
  });
});

async function failure(opening: Promise<unknown>): Promise<Error> {
  try {
    await opening;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it should have failed");
}
