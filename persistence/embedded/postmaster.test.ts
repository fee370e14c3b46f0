import { expect, test } from "bun:test";
import { isAlive, stopServer } from "./postmaster.ts";

test("a server that does not stop is an error, and not taken for one that has", async () => {
  const server = Bun.spawn(["sh", "-c", "trap '' INT QUIT; echo ready; while :; do sleep 1; done"], {
    stdout: "pipe",
  });
  try {
    await server.stdout.getReader().read();
    await expect(stopServer(server.pid, 50)).rejects.toThrow(
      `Postgres (process ${server.pid}) does not stop`,
    );
    expect(isAlive(server.pid)).toBe(true);
  } finally {
    server.kill("SIGKILL");
    await server.exited;
  }
});
