import { afterEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { Redis } from "ioredis";
import { isAlive } from "../../../persistence/embedded/postmaster.ts";
import { RedisServer } from "./redis-server.ts";

const START_MS_MAX = 120_000;

const started: RedisServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

/** A server that ends with its test at the latest. */
async function start(appendFsync: "always" | "everysec"): Promise<RedisServer> {
  const server = await RedisServer.start(appendFsync);
  started.push(server);
  return server;
}

async function settingsOf(port: number): Promise<Readonly<Record<string, string>>> {
  const redis = new Redis({ host: "127.0.0.1", port });
  const listed = await redis
    .config("GET", "appendonly", "appendfsync", "dir", "save")
    .finally(() => redis.disconnect());
  const pairs = listed.flatMap((name, index) => (index % 2 === 0 ? [[name, listed[index + 1]]] : []));
  return Object.fromEntries(pairs) as Record<string, string>;
}

for (const appendFsync of ["always", "everysec"] as const) {
  test(
    `a server with appendfsync ${appendFsync} keeps its file that way, and leaves nothing behind`,
    async () => {
      const server = await start(appendFsync);
      const { dir = "", ...settings } = await settingsOf(server.port);
      expect(settings).toEqual({ appendonly: "yes", appendfsync: appendFsync, save: "" });
      expect([existsSync(dir), isAlive(server.pid)]).toEqual([true, true]);
      await server.stop();
      expect([existsSync(dir), isAlive(server.pid)]).toEqual([false, false]);
    },
    START_MS_MAX,
  );
}

test(
  "two servers at the same time do not meet",
  async () => {
    const servers = await Promise.all([start("always"), start("everysec")]);
    expect(new Set(servers.map(({ port }) => port)).size).toBe(2);
  },
  START_MS_MAX,
);
