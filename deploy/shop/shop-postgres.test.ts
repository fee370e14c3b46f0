import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../../engine/ports/log.ts";
import { startEmbeddedPostgres } from "../../persistence/embedded/embedded-postgres.ts";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { testDirectory } from "../../persistence/testing/test-server.ts";
import { DataDirectory } from "./data-directory.ts";
import { ShopPostgres } from "./shop-postgres.ts";

const TEST_MS_MAX = 60_000;

let directory: DataDirectory;
let started: ShopPostgres | undefined;
let said: string[];

const removed = (): string =>
  `--fresh has removed the database that was there: ${directory.databaseDirectory}`;

beforeEach(async () => {
  directory = DataDirectory.open(await testDirectory());
  said = [];
});

afterEach(async () => {
  await started?.stop();
  directory.close();
  rmSync(directory.path, { recursive: true });
});

function startFresh(): Promise<string> {
  const log: Log = {
    ...silentLog,
    info: (_fields, message) => void said.push(message),
    warn: (_fields, message) => void said.push(message),
  };
  started = new ShopPostgres(directory, { fresh: true, log, failed: () => undefined });
  return started.url;
}

test(
  "a fresh shop makes one database where there was none",
  async () => {
    await startFresh();
    expect(said).toEqual(["embedded Postgres started"]);
  },
  TEST_MS_MAX,
);

test(
  "a fresh shop opens where the database that it removes does not, and says that it has removed it",
  async () => {
    const cluster = join(directory.databaseDirectory, "postgres");
    mkdirSync(cluster, { recursive: true });
    writeFileSync(join(cluster, "PG_VERSION"), "12\n");
    await startFresh();
    expect(said).toEqual([removed(), "embedded Postgres started"]);
  },
  TEST_MS_MAX,
);

test(
  "a fresh shop ends the server that a killed one has left running, and is empty",
  async () => {
    const left = await startEmbeddedPostgres({ directory: directory.databaseDirectory, log: silentLog });
    const url = await startFresh();
    expect(isAlive(left.pid)).toBe(false);
    // Another database has another password.
    expect(new URL(url).password).not.toBe(new URL(left.url).password);
    expect(said).toEqual(["embedded Postgres stopped", removed(), "embedded Postgres started"]);
  },
  TEST_MS_MAX,
);

test(
  "a fresh shop that is given up while it ends the old server removes nothing",
  async () => {
    await startEmbeddedPostgres({ directory: directory.databaseDirectory, log: silentLog });
    const password = (): string =>
      readFileSync(join(directory.databaseDirectory, "postgres.password"), "utf8");
    const before = password();
    const starting = startFresh();
    const stopping = started?.stop();
    await expect(starting).rejects.toThrow();
    await stopping;
    expect(said).toEqual(["embedded Postgres stopped"]);
    expect(password()).toBe(before);
  },
  TEST_MS_MAX,
);
