import { expect, test } from "bun:test";
import { Pool } from "./pool.ts";

test("a read that is under way when its pool closes is not asked again on a connection that nobody would close", async () => {
  const connected = Promise.withResolvers<void>();
  let connections = 0;
  // It takes everybody in and says nothing.
  const mute = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open() {
        connections += 1;
        connected.resolve();
      },
      data() {},
    },
  });
  const pool = new Pool(`postgres://nobody@127.0.0.1:${mute.port}/nothing`, {
    connectionsMax: 1,
    connectDeadlineMs: 10_000,
    statementDeadlineMs: 60_000,
    applicationName: "stampede test",
  });
  const read = pool.read((sql) => sql`select 1`).catch((error: unknown) => error);
  await connected.promise;
  await pool.close();
  expect(await read).toBeInstanceOf(Error);
  expect(connections).toBe(1);
  mute.stop(true);
});
