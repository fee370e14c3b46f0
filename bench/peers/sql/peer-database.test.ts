import { afterEach, expect, test } from "bun:test";
import postgres from "postgres";
import { testServer } from "../../../persistence/testing/test-server.ts";
import { PeerDatabase } from "./peer-database.ts";

const START_MS_MAX = 60_000;
const ROLE = "keeper_of_stock";

/** What a test has to undo on the server, the last first. */
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function superuser() {
  const server = await testServer();
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  undo.push(() => sql.end());
  return { sql, url: server.url };
}

async function peerDatabases(sql: postgres.Sql): Promise<number> {
  return (await sql`select 1 from pg_database where datname like 'stampede_peers_%'`).length;
}

test(
  "a database is there until it is dropped, from under open connections too",
  async () => {
    const { sql, url } = await superuser();
    const database = await PeerDatabase.create(url);
    const client = database.connect(2);
    await client`select 1`;
    expect(await peerDatabases(sql)).toBe(1);
    await database.drop();
    expect(await peerDatabases(sql)).toBe(0);
    await client.end();
  },
  START_MS_MAX,
);

test(
  "a database that a killed comparison has left is dropped by the next one, one in use is not",
  async () => {
    const { sql, url } = await superuser();
    const inUse = await PeerDatabase.create(url);
    undo.push(() => inUse.drop());
    await sql.unsafe("create database stampede_peers_0123456789ab");
    undo.push(() => sql.unsafe("drop database if exists stampede_peers_0123456789ab"));
    await sql.unsafe("create database stampede_peers_of_somebody");
    undo.push(() => sql.unsafe("drop database stampede_peers_of_somebody"));
    const next = await PeerDatabase.create(url);
    undo.push(() => next.drop());
    const names = (await sql`select datname from pg_database where datname like 'stampede_peers_%'`).map(
      ({ datname }) => String(datname),
    );
    expect(names.toSorted()).toEqual([inUse.name, next.name, "stampede_peers_of_somebody"].toSorted());
  },
  START_MS_MAX,
);

test(
  "a user who may not make databases is told that the peers need one, and why there is none",
  async () => {
    const { sql, url } = await superuser();
    await sql.unsafe(`create role ${ROLE} login password 'stock'`);
    undo.push(() => sql.unsafe(`drop role ${ROLE}`));
    const keeper = new URL(url);
    keeper.username = ROLE;
    keeper.password = "stock";
    await expect(PeerDatabase.create(keeper.href)).rejects.toThrow(
      `the peers need a database of their own on the server of ${keeper.host}/postgres: permission denied to create database`,
    );
  },
  START_MS_MAX,
);
