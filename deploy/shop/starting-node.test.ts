import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { steadyPort } from "../../engine/programs/steady-port.ts";
import { eventually } from "../../persistence/testing/condition.ts";

const PROGRAM = fileURLToPath(new URL("../stampede.ts", import.meta.url));
const TOKEN = "a-token-that-is-long-enough-for-operators";
const TEST_MS_MAX = 60_000;

/** Takes connections and never answers. */
function silentServer(): Bun.TCPSocketListener {
  return Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
}

test.each([
  ["NATS", "it waits for NATS"],
  ["Postgres", "it waits for Postgres"],
])(
  "a node that waits for %s is alive and not ready, says why, and tells operators to ask again",
  async (what, reason) => {
    const dataDirectory = mkdtempSync(join(tmpdir(), "stampede-starting-"));
    const silent = silentServer();
    const adminPort = steadyPort();
    const isAlone = what === "Postgres";
    const node = Bun.spawn(
      [
        process.execPath,
        PROGRAM,
        "start",
        "--data",
        dataDirectory,
        "--port",
        "0",
        "--admin-port",
        `${adminPort}`,
      ],
      {
        stdio: ["ignore", "ignore", "ignore"],
        env: {
          ...process.env,
          DATABASE_URL: `postgres://nobody@127.0.0.1:${silent.port}/none`,
          NATS_URL: isAlone ? undefined : `nats://127.0.0.1:${steadyPort()}`,
          STAMPEDE_SECRET: "a-secret-that-is-long-enough-for-sessions",
          STAMPEDE_ADMIN_TOKEN: TOKEN,
        },
      },
    );
    try {
      const url = `http://127.0.0.1:${adminPort}`;
      const isOk = (response: Response): boolean => response.ok;
      await eventually("the node is alive", () => fetch(`${url}/livez`).then(isOk, () => false));
      await eventually("it says what it waits for", async () =>
        (await (await fetch(`${url}/readyz`)).text()).includes(reason),
      );
      const ready = await fetch(`${url}/readyz`);
      expect([ready.status, await ready.text()]).toEqual([503, `start failed ${reason}\nnot ready\n`]);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain("process_resident_memory_bytes ");
      expect((await fetch(`${url}/v1/nodes`)).status).toBe(401);
      const headers = { Authorization: `Bearer ${TOKEN}` };
      for (const path of ["nodes", "operations"]) {
        const nodes = await fetch(`${url}/v1/${path}`, { headers });
        expect([nodes.status, await nodes.json()]).toMatchObject([503, { code: "unavailable" }]);
      }
    } finally {
      node.kill("SIGKILL");
      await node.exited;
      silent.stop(true);
      rmSync(dataDirectory, { recursive: true });
    }
  },
  TEST_MS_MAX,
);
