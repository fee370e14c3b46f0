import { afterEach, beforeEach, expect, test } from "bun:test";
import type { LogFields } from "../../../engine/ports/log.ts";
import type { Operation } from "../../../engine/ports/operation-store.ts";
import { eventually } from "../../../persistence/testing/condition.ts";
import { AdminRig } from "../testing/admin-rig.ts";
import type { ExecutionAnswer, NodesAnswer, OperationsAnswer, ShardsAnswer } from "./answers.ts";

const WATCHES_MAX = 64;
const MISSING = "00000000-0000-7000-8000-000000000000";

let rig: AdminRig;

beforeEach(async () => {
  rig = await AdminRig.start();
});

afterEach(() => rig.stop());

async function get<Answer>(path: string): Promise<Answer> {
  const response = await rig.ask(path);
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "application/json; charset=utf-8",
  ]);
  return (await response.json()) as Answer;
}

async function change(type: string, fields: object = {}): Promise<ExecutionAnswer> {
  const response = await rig.post("/v1/operations", { change: { type, ...fields }, askedBy: "anna" });
  expect(response.ok).toBe(true);
  return (await response.json()) as ExecutionAnswer;
}

async function begun(type: string, fields: object = {}): Promise<Operation> {
  const { operation } = await change(type, fields);
  if (operation === null) throw new Error("there was something to do");
  return operation;
}

/** Changes of an operation, to its end. */
async function changesOf(id: string): Promise<readonly Operation[]> {
  const response = await rig.ask(`/v1/operations/${id}/watch`);
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = (await response.text()).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Operation);
}

/** A shard of node-b that never gets ready to serve on node-c. */
async function stuckMove(): Promise<Operation> {
  rig.cluster.node("node-c").threads.prepare = () => new Promise(() => undefined);
  const shard = rig.cluster.stored.placement.shards.findIndex((place) => place?.node === "node-b");
  const operation = await begun("MoveShards", { shards: [shard], node: "node-c" });
  await eventually("its turn has come", () => rig.cluster.operation(operation.id).status === "running");
  return operation;
}

test("shards and nodes are shown by any node, all of them or one", async () => {
  const { version, shards } = await get<ShardsAnswer>("/v1/shards");
  expect([version, shards.map(({ shard }) => shard)]).toEqual([1, Array.from({ length: 12 }, (_, n) => n)]);
  const ofNode = await get<ShardsAnswer>("/v1/shards?node=node-b");
  expect(ofNode.shards).toEqual(shards.filter(({ place }) => place?.node === "node-b"));
  expect(await get<unknown>("/v1/shards/3")).toEqual(shards[3]);
  const { coordinator, nodes } = await get<NodesAnswer>("/v1/nodes");
  expect(coordinator).toBe(rig.cluster.coordinator.name);
  expect(nodes.map(({ node }) => node)).toEqual(["node-a", "node-b", "node-c"]);
  expect(await get<unknown>("/v1/nodes/node-b")).toMatchObject({ node: "node-b", lanes: 2, cordoned: false });
});

test("a change is planned, begun as it was planned, watched to its end, and remembered with who asked", async () => {
  const drain = { type: "DrainNode", node: "node-b" };
  const planned = await rig.post("/v1/operations/plan", { change: drain });
  const plan = (await planned.json()) as { readonly id: string; readonly version: number };
  expect([planned.status, plan]).toMatchObject([200, { version: 1, prechecks: [], shardsAtOnceMax: 8 }]);
  expect(rig.cluster.stored.operations.size).toBe(0);

  const asked = { change: drain, askedBy: "anna", planId: plan.id, ifVersion: plan.version };
  const response = await rig.post("/v1/operations", asked);
  expect(response.status).toBe(202);
  const { operation } = (await response.json()) as ExecutionAnswer;
  const id = operation?.id ?? "";
  const changes = await changesOf(id);
  expect(changes.at(-1)).toMatchObject({ id, status: "done", askedBy: "anna", stepsDone: 4 });
  const revisions = changes.map(({ revision }) => revision);
  expect(revisions).toEqual([...new Set(revisions)].toSorted((one, other) => one - other));
  expect(await get<unknown>(`/v1/operations/${id}`)).toEqual(changes.at(-1));
  expect((await get<OperationsAnswer>("/v1/operations")).operations.map((each) => each.id)).toEqual([id]);
});

test("who asks twice with one id gets one operation, also for a plan that is out of date by then", async () => {
  const asked = { id: crypto.randomUUID(), change: { type: "DrainNode", node: "node-b" }, askedBy: "anna" };
  const first = await rig.post("/v1/operations", { ...asked, ifVersion: 1 });
  await changesOf(asked.id);
  const second = await rig.post("/v1/operations", { ...asked, ifVersion: 1 });
  expect([first.status, second.status]).toEqual([202, 200]);
  expect(rig.cluster.stored.operations.size).toBe(1);
});

test("there may be nothing to do", async () => {
  expect(await change("ResumeRebalancing")).toEqual({ operation: null, detail: "It is not suspended." });
});

test("an operation is ended by whoever says so", async () => {
  const { id } = await stuckMove();
  const response = await rig.post(`/v1/operations/${id}/cancel`, { askedBy: "bert" });
  expect(response.status).toBe(202);
  const changes = await changesOf(id);
  expect(changes.at(-1)).toMatchObject({ status: "cancelled", state: { cancelledBy: "bert" } });
});

test("the log tells what was changed, of what, and by which operation; and what was refused, to whom and why", async () => {
  const told: LogFields[] = [];
  rig.log.info = (fields: LogFields) => void told.push(fields);
  const cordon = await begun("CordonNode", { node: "node-b" });
  const move = await stuckMove();
  await rig.post(`/v1/operations/${move.id}/cancel`, { askedBy: "bert" });
  const gone = { type: "DrainNode", node: "node-x" };
  await rig.post("/v1/operations", { change: gone, askedBy: "carl" });
  const { shards } = move.request as { readonly shards: readonly number[] };
  expect(told).toEqual([
    { kind: "CordonNode", nodes: ["node-b"], status: "Begun", operation: cordon.id },
    { kind: "MoveShards", nodes: ["node-c"], shards, status: "Begun", operation: move.id },
    { kind: "Cancel", status: "Begun", operation: move.id },
    { kind: "DrainNode", nodes: ["node-x"], askedBy: "carl", code: "precheck_refused" },
  ]);
});

test("all operations are watched: those that are not over, and then every change of any", async () => {
  await begun("CordonNode", { node: "node-b" });
  const { id } = await stuckMove();
  const watching = new AbortController();
  const { body } = await rig.ask("/v1/operations/watch", { signal: watching.signal });
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  const readUntil = async (part: string): Promise<void> => {
    while (!text.includes(part)) text += decoder.decode((await reader.read()).value, { stream: true });
  };
  await readUntil(id);
  await begun("UndrainNode", { node: "node-b" });
  await readUntil('"undrain"');
  const lines = text.trim().split("\n");
  const seen = lines.map((line) => JSON.parse(line) as Operation);
  expect(seen[0]?.id).toBe(id);
  expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(["move", "undrain"]));
  watching.abort();
});

test("who has missed how operations ended can have those that are over, too", async () => {
  await begun("CordonNode", { node: "node-b" });
  const watching = new AbortController();
  const { body } = await rig.ask("/v1/operations/watch?ended=true", { signal: watching.signal });
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.trim() !== "") break;
  }
  expect(JSON.parse(text)).toMatchObject({ kind: "cordon", status: "done" });
  watching.abort();
  const wrong = await rig.ask("/v1/operations/watch?ended=1");
  expect([wrong.status, await wrong.json()]).toMatchObject([
    400,
    { code: "invalid_parameter", field: "ended" },
  ]);
});

test("an id is that of one change by one operator: with another it is refused, also when the first is over", async () => {
  const id = "0193f2a0-0000-7000-8000-00000000abcd";
  const pin = { change: { type: "PinShards", shards: [0] }, askedBy: "anna", id };
  const statuses: number[] = [];
  for (const body of [pin, pin]) statuses.push((await rig.post("/v1/operations", body)).status);
  expect(statuses).toEqual([200, 200]);
  for (const other of [{ change: { type: "PinShards", shards: [1] } }, { askedBy: "bert" }]) {
    const response = await rig.post("/v1/operations", { ...pin, ...other });
    const problem = { status: 409, code: "id_taken", field: "change" };
    expect(await response.json()).toMatchObject(problem);
  }
});

const MOVE = { type: "MoveShards", shards: [0], node: "node-b" };
const refusedBodies: readonly (readonly [
  body: unknown,
  status: number,
  code: string,
  field: string | undefined,
])[] = [
  [[], 400, "malformed_body", undefined],
  ["text", 400, "malformed_body", undefined],
  [{ change: MOVE }, 422, "invalid_field", "askedBy"],
  [{ change: MOVE, askedBy: "" }, 422, "invalid_field", "askedBy"],
  [{ change: MOVE, askedBy: "a\u0007b" }, 422, "invalid_field", "askedBy"],
  [{ change: MOVE, askedBy: "x".repeat(129) }, 422, "invalid_field", "askedBy"],
  [{ change: MOVE, askedBy: "anna", id: "1" }, 422, "invalid_field", "id"],
  [{ change: MOVE, askedBy: "anna", force: true }, 422, "invalid_field", "force"],
  [{ change: MOVE, askedBy: "anna", ifVersion: -1 }, 422, "invalid_field", "ifVersion"],
  [{ change: { ...MOVE, lane: 64 }, askedBy: "anna" }, 422, "invalid_field", "change.lane"],
  [{ change: { ...MOVE, shards: [] }, askedBy: "anna" }, 422, "invalid_field", "change.shards"],
  [{ change: { ...MOVE, shards: [1.5] }, askedBy: "anna" }, 422, "invalid_field", "change.shards.0"],
  [{ change: { ...MOVE, node: "No" }, askedBy: "anna" }, 422, "invalid_field", "change.node"],
  [{ change: { ...MOVE, to: "b" }, askedBy: "anna" }, 422, "invalid_field", "change.to"],
  [{ change: { type: "Explode" }, askedBy: "anna" }, 422, "invalid_field", "change.type"],
  [{ change: { ...MOVE, node: "node-x" }, askedBy: "anna" }, 422, "precheck_refused", "node"],
  [{ change: { ...MOVE, shards: [99] }, askedBy: "anna" }, 422, "precheck_refused", "shards"],
  [{ change: MOVE, askedBy: "anna", planId: "p-1" }, 409, "plan_changed", undefined],
  [{ change: MOVE, askedBy: "anna", ifVersion: 7 }, 409, "plan_changed", "ifVersion"],
];

test.each(refusedBodies)(
  "a change that cannot be made is one problem: %j → %d %s",
  async (body, status, code, field) => {
    const response = await rig.post("/v1/operations", body);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    const problem = (await response.json()) as { readonly field?: string; readonly detail: string };
    expect(problem).toMatchObject({ type: `/problems/${code}`, status, code });
    expect([response.status, problem.field]).toEqual([status, field]);
    expect(problem.detail).toEndWith(".");
    expect(rig.cluster.stored.operations.size).toBe(0);
  },
);

test.each([
  ["GET", "/v1/shards/12", 404, "unknown_shard"],
  ["GET", "/v1/shards/01", 404, "unknown_shard"],
  ["GET", "/v1/shards?node=NODE", 400, "invalid_parameter"],
  ["GET", "/v1/nodes/node-x", 404, "unknown_node"],
  ["GET", "/v1/operations?limit=0", 400, "invalid_parameter"],
  ["GET", "/v1/operations?limit=501", 400, "invalid_parameter"],
  ["GET", `/v1/operations/${MISSING}`, 404, "unknown_operation"],
  ["GET", "/v1/operations/1", 404, "unknown_operation"],
  ["GET", `/v1/operations/${MISSING}/watch`, 404, "unknown_operation"],
  ["GET", "/v1/nothing", 404, "not_found"],
  ["DELETE", "/v1/shards", 405, "method_not_allowed"],
  ["POST", "/v1/operations", 415, "unsupported_media_type"],
] as const)("%s %s is the problem %d %s", async (method, path, status, code) => {
  const response = await rig.ask(path, { method });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ status, code });
});

test("an operation that does not exist cannot be ended", async () => {
  const response = await rig.post(`/v1/operations/${MISSING}/cancel`, { askedBy: "anna" });
  expect([response.status, await response.json()]).toMatchObject([404, { code: "unknown_operation" }]);
});

test("a body is bounded", async () => {
  const headers = { "Content-Type": "application/json" };
  const body = `"${"x".repeat(70_000)}"`;
  const response = await rig.ask("/v1/operations", { method: "POST", headers, body });
  expect([response.status, await response.json()]).toMatchObject([413, { code: "body_too_large" }]);
});

test("without a coordinator whoever asks is told when to ask again", async () => {
  rig.cluster.bus.stop();
  const response = await rig.ask("/v1/shards");
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await response.json()).toMatchObject({ code: "no_coordinator", retryAfterMs: 1_000 });
});

test("what cannot be read is a problem, and the reason is in the log only", async () => {
  rig.cluster.stored.operations.set = () => {
    throw new Error("the disk of db-7 is full");
  };
  rig.cluster.stored.operations.values = () => {
    throw new Error("the disk of db-7 is full");
  };
  const response = await rig.ask("/v1/operations");
  const text = await response.text();
  expect([response.status, JSON.parse(text)]).toMatchObject([
    503,
    { code: "unavailable", retryAfterMs: 1_000 },
  ]);
  expect(text).not.toContain("db-7");
  expect(rig.log.errors).toEqual(["an operator could not be answered"]);
});

test("only so many may watch, and whoever leaves makes room", async () => {
  const watching = new AbortController();
  const { signal } = watching;
  // Kept: an answer that nobody can read any more is given up, and so makes room as well.
  const watches: Response[] = [];
  while (watches.length < WATCHES_MAX) watches.push(await rig.ask("/v1/operations/watch", { signal }));
  expect(new Set(watches.map(({ status }) => status))).toEqual(new Set([200]));
  const response = await rig.ask("/v1/operations/watch");
  expect([response.status, await response.json()]).toMatchObject([429, { code: "too_many_watches" }]);
  expect(watches.every(({ bodyUsed }) => !bodyUsed)).toBe(true);
  watching.abort();
  await eventually("there is room again", async () => {
    const again = new AbortController();
    const { status } = await rig.ask("/v1/operations/watch", { signal: again.signal });
    again.abort();
    return status === 200;
  });
});
