import { afterEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { eventually } from "../testing/condition.ts";
import { silentLog } from "../testing/silent-log.ts";
import { testDirectory } from "../testing/test-server.ts";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "./embedded-postgres.ts";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";
import { isAlive } from "./postmaster.ts";

describe("the embedded Postgres", () => {
  const directories: string[] = [];
  const servers: EmbeddedPostgres[] = [];

  const newDirectory = async () => {
    const directory = await testDirectory();
    directories.push(directory);
    return directory;
  };
  const start = async (directory: string) => {
    const server = await startEmbeddedPostgres({ directory, log: silentLog });
    servers.push(server);
    return server;
  };

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await Promise.all(directories.splice(0).map((each) => rm(each, { recursive: true, force: true })));
  });

  test("keeps what was stored from one start to the next", async () => {
    const directory = await newDirectory();
    const first = await start(directory);
    await query(first.url, "create table kept as select 42 as answer");
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await start(directory);
    expect(second.reused).toBe(false);
    expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  test("is found again after its process was killed, and stopped by the one who found it", async () => {
    const directory = await newDirectory();
    const program = `
      import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dir, "embedded-postgres.ts"))};
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const { pid } = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)}, log });
      console.log(pid);
      process.kill(process.pid, "SIGKILL");`;
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
    const pid = Number(await child.stdout.text());
    await child.exited;
    expect(isAlive(pid)).toBe(true);
    const found = await start(directory);
    expect(found).toMatchObject({ reused: true, pid });
    expect(await query(found.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await found.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("starts again after it was killed itself", async () => {
    const directory = await newDirectory();
    const first = await start(directory);
    await query(first.url, "create table kept as select 42 as answer");
    process.kill(first.pid, "SIGKILL");
    await eventually("the server has gone", () => !isAlive(first.pid));
    const second = await start(directory);
    expect(second.reused).toBe(false);
    expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  test("is not mistaken for another process that was given its number", async () => {
    const directory = await newDirectory();
    const first = await start(directory);
    const pidPath = join(directory, "postgres", "postmaster.pid");
    const left = await readFile(pidPath, "utf8");
    await first.stop();
    // The number of a living process that is no server: this one.
    await writeFile(pidPath, left.replace(/^\d+/, String(process.pid)));
    expect(await start(directory)).toMatchObject({ reused: false });
  });

  test("starts where an earlier first start was cut off", async () => {
    const directory = await newDirectory();
    await mkdir(join(directory, "postgres.new-cutoff"));
    await writeFile(join(directory, "postgres.new-cutoff", "PG_VERSION"), "18\n");
    const server = await start(directory);
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(existsSync(join(directory, "postgres.new-cutoff"))).toBe(false);
  });

  test("is stopped also when it has not yet said in its file who it is", async () => {
    const directory = await newDirectory();
    const { pid } = await start(directory);
    const pidPath = join(directory, "postgres", "postmaster.pid");
    const whole = await readFile(pidPath, "utf8");
    await writeFile(pidPath, "");
    const stopping = stopEmbeddedPostgres({ directory, log: silentLog });
    await writeFile(pidPath, whole);
    await stopping;
    expect(isAlive(pid)).toBe(false);
  });

  test("keeps its password to its user", async () => {
    const directory = await newDirectory();
    const server = await start(directory);
    const path = join(directory, "postgres.password");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(server.url).toContain((await readFile(path, "utf8")).trim());
    const stranger = new URL(server.url);
    stranger.password = "guess";
    await expect(query(stranger.href, "select 1")).rejects.toThrow("password");
  });

  test("runs with settings that lose nothing", async () => {
    const server = await start(await newDirectory());
    const rows = await query(
      server.url,
      `select name, setting from pg_settings where name in
        ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'data_checksums') order by name`,
    );
    expect(Object.fromEntries(rows.map((row) => [row["name"], row["setting"]]))).toEqual({
      data_checksums: "on",
      fsync: "on",
      full_page_writes: "on",
      listen_addresses: "127.0.0.1",
      synchronous_commit: "on",
    });
  });

  test("names a data directory that cannot be written", async () => {
    const directory = await newDirectory();
    const file = join(directory, "file");
    await writeFile(file, "");
    await expect(start(join(file, "shop"))).rejects.toThrow(
      `The data directory ${join(file, "shop")} cannot be written`,
    );
  });

  test.if(process.getuid?.() === 0)("names the folder that bars the server's user", async () => {
    const directory = await newDirectory();
    await chmod(directory, 0o700);
    const starting = start(join(directory, "shop"));
    await expect(starting).rejects.toThrow(`cannot enter ${directory}`);
  });

  test("makes no new cluster, and no new password, where one is that cannot be told", async () => {
    const directory = await newDirectory();
    const password = join(directory, "postgres.password");
    await mkdir(join(directory, "postgres", "base"), { recursive: true });
    await writeFile(password, "kept");
    await expect(start(directory)).rejects.toThrow(`${join(directory, "postgres")} holds files, but no`);
    // As where the files are another user's: it is there, and cannot be read.
    await mkdir(join(directory, "postgres", "PG_VERSION"));
    await expect(start(directory)).rejects.toThrow(`${join(directory, "postgres")} cannot be read (EISDIR)`);
    expect(await readFile(password, "utf8")).toBe("kept");
  });

  test("refuses a cluster of another version", async () => {
    const directory = await newDirectory();
    await mkdir(join(directory, "postgres"));
    await writeFile(join(directory, "postgres", "PG_VERSION"), "12\n");
    await expect(start(directory)).rejects.toThrow("was made by Postgres 12");
  });
});

async function query(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return [...(await sql.unsafe<Record<string, unknown>[]>(statement))];
  } finally {
    await sql.end();
  }
}
