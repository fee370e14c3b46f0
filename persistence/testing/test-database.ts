import postgres from "postgres";
import { testServer } from "./test-server.ts";

/** A database of one test. */
export interface TestDatabase {
  readonly url: string;
  /** Drops the database, also from under connections that are still open. */
  readonly close: () => Promise<void>;
}

/** Makes an empty database on the test server of this process. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await run(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = name;
  return { url: url.href, close: () => run(server.url, `drop database if exists ${name} with (force)`) };
}

async function run(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
