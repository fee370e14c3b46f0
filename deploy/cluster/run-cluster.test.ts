import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../../persistence/embedded/postmaster.ts";
import { eventually } from "../../persistence/testing/condition.ts";
import { DataDirectory } from "../shop/data-directory.ts";
import { ClusterProgram } from "./testing/cluster-program.ts";

const TEST_MS_MAX = 120_000;

let directory: string;
let cluster: ClusterProgram | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stampede-local-cluster-"));
  // Postgres runs as a user of its own when we are root, and has to get to its files.
  chmodSync(directory, 0o755);
});
afterEach(async () => {
  await cluster?.end();
  rmSync(directory, { recursive: true });
});

function postmaster(): number {
  const file = join(directory, "data", "postgres", "postgres", "postmaster.pid");
  return Number(readFileSync(file, "utf8").split("\n")[0]);
}

/** The processes of those nodes that start, or have started. */
function holders(): readonly number[] {
  return ["node-a", "node-b"].flatMap((node) => DataDirectory.holder(join(directory, "data", node)) ?? []);
}

test(
  "two nodes open as one cluster with one token; Ctrl-C ends what is left of it after one of them was killed",
  async () => {
    cluster = new ClusterProgram(directory);
    const nodes = await cluster.opened();
    expect(nodes.map(({ name }) => name)).toEqual(["node-a", "node-b"]);
    expect(cluster.said).toMatch(
      /node-b .* NATS_URL is set: .* joins a cluster.* node=node-b cluster=stampede/,
    );
    const token = readFileSync(join(directory, "data", "admin-token"), "utf8");
    for (const { storefront, admin } of nodes) {
      expect((await fetch(`${storefront}/v1/catalogue?limit=1`)).status).toBe(200);
      expect((await fetch(`${admin}/readyz`)).status).toBe(200);
      const headers = { Authorization: `Bearer ${token}` };
      expect((await fetch(`${admin}/v1/nodes`, { headers })).status).toBe(200);
    }
    process.kill(nodes[1]?.pid ?? 0, "SIGKILL");
    await cluster.says("node-b  has ended (SIGKILL)");
    const processes = [postmaster(), ...nodes.map(({ pid }) => pid)];
    expect(await cluster.interrupt()).toBe(0);
    expect(processes.filter(isAlive)).toEqual([]);
  },
  TEST_MS_MAX,
);

test.each(["SIGINT", "SIGHUP"] as const)(
  "a cluster that gets %s while its nodes start leaves nothing running",
  async (signal) => {
    cluster = new ClusterProgram(directory);
    await cluster.says("node-b  ");
    const started = [postmaster(), ...holders()];
    expect(await cluster.interrupt(signal)).toBe(0);
    expect(started.filter(isAlive)).toEqual([]);
    expect(cluster.said).not.toContain("Ctrl-C ends all of it.");
  },
  TEST_MS_MAX,
);

test(
  "a cluster whose Postgres does not start again ends: exit code 1",
  async () => {
    cluster = new ClusterProgram(directory);
    const nodes = await cluster.opened();
    const settings = join(directory, "data", "postgres", "postgres", "postgresql.auto.conf");
    appendFileSync(settings, "there_is_no = 'such setting'\n");
    process.kill(postmaster(), "SIGKILL");
    expect(await cluster.ended).toBe(1);
    expect(nodes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  },
  TEST_MS_MAX,
);

test(
  "a node that was started again as the guide says ends with the others, or with the next start of a cluster that was killed",
  async () => {
    for (const isKilled of [false, true]) {
      cluster = new ClusterProgram(directory);
      const [, second] = await cluster.opened();
      process.kill(second?.pid ?? 0, "SIGKILL");
      await cluster.says("node-b  has ended (SIGKILL)");
      const again = await cluster.startAgain(directory);
      if (isKilled) await cluster.kill();
      else expect(await cluster.interrupt()).toBe(0);
      expect([isKilled, isAlive(again)]).toEqual([isKilled, isKilled]);
      if (!isKilled) continue;
      const left = postmaster();
      cluster = new ClusterProgram(directory);
      await cluster.opened();
      expect(isAlive(again)).toBe(false);
      expect(cluster.said).toContain(`node-b  of an earlier cluster runs as process ${again}, `);
      expect(cluster.said).toContain(
        `Postgres of an earlier cluster, which was killed, runs as process ${left};`,
      );
      expect(await cluster.interrupt()).toBe(0);
    }
  },
  TEST_MS_MAX,
);

test(
  "nodes do not outlive a cluster that is killed, and the next start goes on in the same directory",
  async () => {
    cluster = new ClusterProgram(directory);
    const nodes = await cluster.opened();
    const listed = await cluster.firstSku();
    await cluster.kill();
    await eventually("no node is left", () => !nodes.some(({ pid }) => isAlive(pid)));
    cluster = new ClusterProgram(directory);
    await cluster.opened();
    expect(cluster.said).not.toContain("shards were given to lanes for the first time");
    expect(await cluster.firstSku()).toBe(listed);
    const left = postmaster();
    expect(await cluster.interrupt()).toBe(0);
    expect(cluster.said).toContain("node-a  has ended (exit code 0)");
    // All of them end: there is nobody who ought to have taken their shards.
    expect(cluster.said).not.toMatch(/WARN this node .*shards/);
    expect(isAlive(left)).toBe(false);
  },
  TEST_MS_MAX,
);
