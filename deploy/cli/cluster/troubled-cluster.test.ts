import { afterEach, expect, test } from "bun:test";
import { endOf, spawnCommand } from "./testing/cluster-shell.ts";
import { linesOf, nobodyCoordinates, operationOf, ScriptedNode } from "./testing/scripted-node.ts";

const TEST_MS_MAX = 60_000;

let node: ScriptedNode | undefined;

afterEach(() => node?.stop());

test(
  "an operation is summed up when time is over (exit code 4), though nobody coordinates",
  async () => {
    const operation = operationOf("a");
    node = new ScriptedNode((path) => {
      if (path === "/v1/operations") return Response.json({ operation, detail: null }, { status: 202 });
      return path.endsWith("/watch") ? linesOf([operation], true) : nobodyCoordinates();
    });
    const args = "shards move 3 --to node-b --wait --timeout 100ms --json --admin-url".split(" ");
    const { exitCode, stdout, stderr } = await endOf(spawnCommand([...args, node.url]));
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([4, { operation: { id: operation.id } }]);
    expect(stderr).toContain("stampede: still running after 100ms; watch it with: ");
    expect(stderr).not.toContain("asking again");
  },
  TEST_MS_MAX,
);

test(
  "an operation that has come to have more to do than was planned is not more than whole",
  async () => {
    const plan = { placementVersion: 1, moves: [], skipped: [] };
    const waiting = operationOf("a", { kind: "drain", request: { type: "DrainNode", node: "node-b" }, plan });
    const over = {
      ...waiting,
      revision: 2,
      stepsDone: 2,
      stepsTotal: 2,
      status: "done",
      endedAtMs: 2,
    } as const;
    node = new ScriptedNode((path) =>
      path.endsWith("/watch")
        ? linesOf([over])
        : Response.json({ operation: waiting, detail: null }, { status: 202 }),
    );
    const args = "nodes drain node-b --wait --admin-url".split(" ");
    const { exitCode, stderr } = await endOf(spawnCommand([...args, node.url]));
    expect([exitCode, stderr]).toEqual([0, "drain: shards 2 of 2\n"]);
  },
  TEST_MS_MAX,
);

test(
  "a command that loses the cluster says how to go on: exit code 1",
  async () => {
    const operation = operationOf("a");
    node = new ScriptedNode((path) =>
      path.endsWith("/watch")
        ? new Response("no node is here", { status: 502 })
        : Response.json({ operation, detail: null }, { status: 202 }),
    );
    const args = "shards move 3 --to node-b --wait --admin-url".split(" ");
    const { exitCode, stderr } = await endOf(spawnCommand([...args, node.url]));
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`the operation goes on; watch it with: stampede ops watch ${operation.id}`);
    expect(stderr).toEndWith(`${node.url} answers with status 502, and not as a node of Stampede does\n`);
  },
  TEST_MS_MAX,
);

test(
  "whoever has read enough may leave: no trace of an error, exit code 0",
  async () => {
    const long = { ...operationOf("a"), plan: "x".repeat(2_000) };
    node = new ScriptedNode(() => Response.json({ operations: Array.from({ length: 500 }, () => long) }));
    const child = spawnCommand(["ops", "list", "--limit", "500", "--json", "--admin-url", node.url]);
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    expect([await child.exited, await child.stderr.text()]).toEqual([0, ""]);
  },
  TEST_MS_MAX,
);
