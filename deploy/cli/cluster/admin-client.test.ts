import { afterEach, expect, test } from "bun:test";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import { AdminClient } from "./admin-client.ts";
import { AdminUnreachable } from "./admin-connection.ts";
import { linesOf, never, nobodyCoordinates, operationOf, ScriptedNode } from "./testing/scripted-node.ts";

const PATIENCE = { answerMs: 500, silenceMs: 500 };
const TOKEN = "x".repeat(32);

const nodes: ScriptedNode[] = [];
const said: string[] = [];
const ended = new AbortController();

afterEach(async () => {
  said.length = 0;
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

function clientOf(answer: (path: string) => Response | Promise<Response>): {
  readonly client: AdminClient;
  readonly node: ScriptedNode;
} {
  const node = new ScriptedNode(answer);
  nodes.push(node);
  const say = (line: string): void => void said.push(line);
  return { client: new AdminClient({ url: node.url, token: TOKEN }, ended.signal, say, PATIENCE), node };
}

test("a node that stands still before it answers is not waited for", async () => {
  const { client, node } = clientOf(never);
  const fault = await client.nodes().catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(AdminUnreachable);
  expect((fault as Error).message).toBe(`the node at ${node.url} does not answer`);
});

test("an answer that stops in the middle is asked for again", async () => {
  const half = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"nodes":')),
  });
  const headers = { "content-type": "application/json" };
  const whole = { coordinator: "node-a", isBalancingSuspended: false, nodes: [] };
  const answers = [new Response(half, { headers }), Response.json(whole)];
  const { client, node } = clientOf(() => answers.shift() ?? never());
  expect(await client.nodes()).toEqual(whole);
  expect(said).toEqual([`the node at ${node.url} does not answer; asking again`]);
});

test("an operation is asked for again when its stream falls silent", async () => {
  const [begun, done] = [operationOf("a"), operationOf("a", { revision: 2, status: "done", endedAtMs: 2 })];
  const answers = [linesOf([begun], true), linesOf([begun, done])];
  const { client } = clientOf(() => answers.shift() ?? never());
  const seen: Operation[] = [];
  for await (const operation of client.watch(begun.id)) seen.push(operation);
  expect(seen).toEqual([begun, done]);
  expect(said).toEqual(["the connection to the node broke; asking again"]);
});

test("a watch of all operations tells what has ended while its connection was broken, and nothing twice", async () => {
  const [old, waits, moves] = [
    operationOf("1", { status: "done", endedAtMs: 1 }),
    operationOf("2", { status: "waiting" }),
    operationOf("3"),
  ];
  const moved = { ...moves, revision: 7, status: "done", endedAtMs: 2 } as const;
  const short = operationOf("4", { kind: "pin", status: "done", endedAtMs: 2 });
  const streams = [
    linesOf([waits, moves]),
    linesOf([old, waits, moved, short]),
    linesOf([old, waits, moved, short], true),
  ];
  const { client, node } = clientOf((path) =>
    path === "/v1/operations" ? Response.json({ operations: [old] }) : (streams.shift() ?? never()),
  );
  const seen: Operation[] = [];
  for await (const operation of client.watchAll()) {
    seen.push(operation);
    if (operation.kind === "pin") break;
  }
  expect(seen).toEqual([waits, moves, moved, short]);
  expect(node.asked.at(-1)).toBe("/v1/operations/watch?ended=true");
});

test("how far shards are is asked for once and without a word, and nothing when nobody says so in time", async () => {
  for (const answer of [nobodyCoordinates, never]) {
    const { client, node } = clientOf(answer);
    expect(await client.shardsWithin(200)).toEqual([]);
    expect([node.asked, said]).toEqual([["/v1/shards"], []]);
  }
});

test("a node that is not there is not waited for", async () => {
  const { client, node } = clientOf(never);
  const { url } = node;
  await node.stop();
  const fault = await client.nodes().catch((error: unknown) => error);
  expect(String(fault)).toBe(`AdminUnreachable: no node can be reached at ${url} (nothing listens there)`);
  expect(said).toEqual([]);
});

test("an operation that cannot be read is told by the field, and not asked for again", async () => {
  const [begun, wrong] = [operationOf("a"), operationOf("a", { revision: 2, stepsDone: -1 })];
  const { client, node } = clientOf(() => linesOf([begun, wrong]));
  const watching = async (): Promise<void> => {
    for await (const operation of client.watch(begun.id)) expect(operation).toEqual(begun);
  };
  const fault = await watching().catch((error: unknown) => error);
  expect((fault as Error).message).toBe("operation.stepsDone has to be a whole number from 0 on, and is -1");
  expect(node.asked).toHaveLength(1);
});
