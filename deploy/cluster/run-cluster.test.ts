import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { eventually } from "../../persistence/testing/condition.ts";

const TEST_MS_MAX = 60_000;
const PROGRAM = fileURLToPath(new URL("run-cluster.ts", import.meta.url));
const NODE_LINE = /^ {2}(node-[ab]) {2}storefront (\S+) {2}admin (\S+) {2}process (\d+)$/gm;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-local-cluster-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true }));

test(
  "two nodes open as one cluster; Ctrl-C ends what is left of it after one of them was killed",
  async () => {
    const data = join(directory, "data");
    const child = Bun.spawn([process.execPath, PROGRAM, "--nodes", "2", "--port", "0", "--data", data], {
      stdin: "ignore",
      stdout: Bun.file(join(directory, "log")),
      stderr: "inherit",
      env: {
        ...process.env,
        DATABASE_URL: undefined,
        NATS_URL: undefined,
        STAMPEDE_SECRET: undefined,
        STAMPEDE_ADMIN_TOKEN: undefined,
      },
    });
    const said = (): string => {
      const log = join(directory, "log");
      return existsSync(log) ? readFileSync(log, "utf8") : "";
    };
    try {
      await eventually("the first node is open", () => said().includes("open for orders"));
      await eventually("both nodes are open", () => said().includes("Ctrl-C ends all of it."));
      const nodes = [...said().matchAll(NODE_LINE)].map(([, name, storefront, admin, pid]) => ({
        name,
        storefront,
        admin,
        pid: Number(pid),
      }));
      expect(nodes.map(({ name }) => name)).toEqual(["node-a", "node-b"]);
      const shared = readFileSync(join(data, "environment"), "utf8");
      const token = /^STAMPEDE_ADMIN_TOKEN='(.+)'$/m.exec(shared)?.[1];
      const headers = { Authorization: `Bearer ${token}` };
      for (const { storefront, admin } of nodes) {
        expect((await fetch(`${storefront}/v1/catalogue?limit=1`)).status).toBe(200);
        expect((await fetch(`${admin}/readyz`)).status).toBe(200);
        expect((await fetch(`${admin}/v1/nodes`, { headers })).status).toBe(200);
        const metrics = await (await fetch(`${admin}/metrics`)).text();
        for (const thread of ["supervisor-0", "lane-0", "gateway-0"])
          expect(metrics).toContain(`stampede_bus_connected{thread="${thread}"} 1`);
        expect(metrics).toContain('stampede_cluster_nodes{state="alive"} 2');
      }
      process.kill(nodes[1]?.pid ?? 0, "SIGKILL");
      await eventually("its end is told", () => said().includes("node-b  has ended (SIGKILL)"));
      const postmaster = Number(
        readFileSync(join(data, "postgres", "postgres", "postmaster.pid"), "utf8").split("\n")[0],
      );
      child.kill("SIGINT");
      expect(await child.exited).toBe(0);
      expect([postmaster, ...nodes.map(({ pid }) => pid)].filter(isAlive)).toEqual([]);
    } finally {
      child.kill("SIGTERM");
      await child.exited;
    }
  },
  TEST_MS_MAX,
);
