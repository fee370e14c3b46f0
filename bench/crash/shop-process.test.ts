import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { familyOf, killAll } from "../chaos/process-family.ts";

const TEST_MS_MAX = 60_000;
const MODULE = fileURLToPath(new URL("./shop-process.ts", import.meta.url));

const started: number[] = [];
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  await killAll(started.splice(0));
  for (const close of closers.splice(0)) await close();
});

/** A database that takes connections and says nothing: a shop on it is never open. */
function silentDatabase() {
  const connected = Promise.withResolvers<void>();
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: () => connected.resolve(), data: () => undefined },
  });
  closers.push(() => server.stop(true));
  return { url: `postgres://nobody:nothing@127.0.0.1:${server.port}/none`, connected: connected.promise };
}

test(
  "a shop that is not open yet is gone when whoever started it is",
  async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), "stampede-started-"));
    closers.push(() => rmSync(dataDirectory, { recursive: true, force: true }));
    const database = silentDatabase();
    const shared = { databaseUrl: database.url, secret: "nobody comes in with this secret of a test" };
    const options = JSON.stringify({ dataDirectory, lanes: 1, port: 0, shared });
    const program = `import { ShopProcess } from "${MODULE}"; await ShopProcess.start(${options});`;
    const starter = Bun.spawn([process.execPath, "-e", program], { stdin: "ignore", stdout: "ignore" });
    started.push(starter.pid);
    await database.connected;
    const [, ...children] = familyOf(starter.pid);
    started.push(...children);
    expect(children.some(isAlive)).toBe(true);
    starter.kill("SIGKILL");
    await eventually("the shop has gone", () => !children.some(isAlive));
  },
  TEST_MS_MAX,
);
