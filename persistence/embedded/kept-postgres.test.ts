import { afterEach, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import postgres from "postgres";
import { eventually } from "../testing/condition.ts";
import { recordingLog } from "../testing/silent-log.ts";
import { testDirectory } from "../testing/test-server.ts";
import { defaultKeepLimits, KeptPostgres } from "./kept-postgres.ts";
import { isAlive } from "./postmaster.ts";

const TEST_MS_MAX = 60_000;

const kept: KeptPostgres[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(kept.splice(0).map((server) => server.stop()));
  await Promise.all(directories.splice(0).map((each) => rm(each, { recursive: true, force: true })));
}, TEST_MS_MAX);

async function keep(restartsMax: number) {
  const directory = await testDirectory();
  directories.push(directory);
  const log = recordingLog();
  const faults: Error[] = [];
  const limits = { ...defaultKeepLimits, restartsMax };
  const server = await KeptPostgres.start({ directory, log }, (error) => faults.push(error), limits);
  kept.push(server);
  return { directory, server, log, faults };
}

async function kill(server: KeptPostgres): Promise<void> {
  const { pid } = server;
  process.kill(pid, "SIGKILL");
  await eventually("the server has gone", () => !isAlive(pid));
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await sql`select 1 as one`).length === 1;
  } catch {
    return false;
  } finally {
    await sql.end();
  }
}

test(
  "a server that was killed is started again where its clients look for it",
  async () => {
    const { server, log, faults } = await keep(5);
    const { url, pid } = server;
    await kill(server);
    await eventually("it answers again", () => answers(url));
    expect(server.pid).not.toBe(pid);
    expect(log.errors).toEqual(["embedded Postgres died; starting it again"]);
    expect(faults).toEqual([]);
  },
  TEST_MS_MAX,
);

test(
  "a server that dies too often is given up, with where to look",
  async () => {
    const { directory, server, faults } = await keep(1);
    await kill(server);
    await eventually("it answers again", () => answers(server.url));
    await kill(server);
    await eventually("it is given up", () => faults.length > 0);
    expect(faults.map(({ message }) => message)).toEqual([
      `embedded Postgres died or did not start 2 times within 300 s: see postgres.log in ${directory}`,
    ]);
  },
  TEST_MS_MAX,
);

test(
  "a server that is stopped stays so, also while it is being started again",
  async () => {
    const { server } = await keep(5);
    const { url } = server;
    await kill(server);
    await eventually("the server is missed", () => server.isRestarting);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    expect(await answers(url)).toBe(false);
  },
  TEST_MS_MAX,
);
