import { afterEach, expect, test } from "bun:test";
import { connect } from "node:net";
import type { Log } from "../../engine/ports/log.ts";
import type { ClusterOperator } from "../../engine/operator/cluster-operator.ts";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { SequentialEntropy } from "../../engine/testing/sequential-entropy.ts";
import {
  adminAnswers,
  startAdminListener,
  type AdminListener,
  type AdminListenerOptions,
} from "./admin-listener.ts";
import { AdminApi } from "./api/admin-api.ts";
import { OPERATION_STREAM_TYPE } from "./api/operation-stream.ts";
import { parseExposition } from "./testing/parse-exposition.ts";

const TOKEN = "a-token-that-is-long-enough-for-operators";
const silent = (): void => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };
const started: AdminListener[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((listener) => listener.stop()));
});

async function listen(options: Partial<AdminListenerOptions> = {}) {
  const listener = await startAdminListener({
    port: 0,
    health: () => [],
    metrics: async () => [],
    log,
    ...options,
  });
  started.push(listener);
  return async (path: string, init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${listener.port}${path}`, init);
    return { status: response.status, body: await response.text(), headers: response.headers };
  };
}

test("a process that turns is alive, ready or not", async () => {
  const get = await listen({ health: () => [{ name: "journal", check: () => "down" }] });
  expect(await get("/livez")).toMatchObject({ status: 200, body: "ok\n" });
  expect((await get("/readyz")).status).toBe(503);
});

test.each([
  ["GET /livez?verbose HTTP/1.0", 200],
  ["GET /livez HTTP/1.1\r\nHost:", 200],
  ["GET /livez HTTP/1.1\r\nHost: [", 400],
])("a probe is answered that says %j", async (head, status) => {
  const errors: string[] = [];
  const answer = Promise.withResolvers<string>();
  const listener = await startAdminListener({
    port: 0,
    health: () => [],
    metrics: async () => [],
    log: { ...log, error: (_fields, message) => void errors.push(message) },
  });
  started.push(listener);
  const socket = {
    open: (probe: Bun.Socket) => void probe.write(`${head}\r\n\r\n`),
    data: (_probe: Bun.Socket, bytes: Buffer) => answer.resolve(bytes.toString()),
  };
  const probe = await Bun.connect({ hostname: "127.0.0.1", port: listener.port, socket });
  expect(await answer.promise).toStartWith(`HTTP/1.1 ${status} `);
  expect(errors).toEqual([]);
  probe.end();
});

test("readiness names what fails, and with verbose every check", async () => {
  let failure: string | undefined = "no answer from the database";
  const health = [
    { name: "lanes", check: () => undefined },
    { name: "journal", check: () => failure },
    { name: "projector", check: () => Promise.reject(new Error("gone")) },
  ];
  const get = await listen({ health: () => health });
  expect(await get("/readyz")).toMatchObject({
    status: 503,
    body: "journal failed no answer from the database\nprojector failed gone\nnot ready\n",
  });
  expect((await get("/readyz?verbose")).body).toBe(
    "lanes ok\njournal failed no answer from the database\nprojector failed gone\nnot ready\n",
  );
  health.pop();
  failure = undefined;
  expect(await get("/readyz")).toMatchObject({ status: 200, body: "ready\n" });
  expect(await get("/readyz?verbose")).toMatchObject({ status: 200, body: "lanes ok\njournal ok\nready\n" });
});

test("a check that does not answer has failed", async () => {
  const get = await listen({ health: () => [{ name: "journal", check: () => new Promise(silent) }] });
  expect((await get("/readyz")).body).toContain("journal failed no answer within");
});

test("a check and numbers that hang are not begun again by whoever asks next", async () => {
  const hanging = { check: 0, metrics: 0 };
  const hang = (what: keyof typeof hanging) => (): Promise<never> => {
    hanging[what] += 1;
    return new Promise(silent);
  };
  const checks = [{ name: "journal", check: hang("check") }];
  const answer = adminAnswers({
    health: () => checks,
    metrics: hang("metrics"),
    log,
  });
  const ask = (path: string) => answer(new Request(`http://admin${path}`));
  for (let times = 0; times < 3; times += 1) void ask("/metrics");
  expect((await ask("/readyz")).status).toBe(503);
  expect((await ask("/readyz")).status).toBe(503);
  expect(hanging).toEqual({ check: 1, metrics: 1 });
});

function apiWith(
  operator: Partial<ClusterOperator>,
  console?: { readonly respond: () => Response },
): AdminApi {
  const webhooks = (): undefined => undefined;
  return new AdminApi({
    operator: operator as ClusterOperator,
    selling: () => undefined,
    ...(console === undefined ? {} : { console }),
    webhooks,
    token: TOKEN,
    clock: new ManualClock(),
    entropy: new SequentialEntropy(),
    log,
  });
}

test("who only asks for the head of a watch takes nobody's place", async () => {
  const api = apiWith({ operations: () => new Promise(silent) });
  const answer = adminAnswers({ health: () => [], metrics: async () => [], api, log });
  const ask = async (path: string, init: RequestInit): Promise<number> =>
    (await answer(new Request(`http://admin${path}`, init))).status;
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const watch = "/v1/operations/watch";
  expect([await ask(watch, {}), await ask("/v1/nothing/watch", { headers })]).toEqual([401, 404]);
  // More than may watch at a time: none of them stays.
  for (let times = 0; times < 70; times += 1) expect(await ask(watch, { method: "HEAD", headers })).toBe(200);
  expect(await ask(watch, { headers })).toBe(200);
});

test("who watches and does not read any more is let go, and who reads is not", async () => {
  const left = Promise.withResolvers<number>();
  let watchers = 0;
  const respond = (): Response => {
    watchers += 1;
    const watcher = watchers;
    const stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await Bun.sleep(10);
        controller.enqueue(new Uint8Array(100_000));
      },
      cancel: () => left.resolve(watcher),
    });
    return new Response(stream, { headers: { "content-type": OPERATION_STREAM_TYPE } });
  };
  const listener = await startAdminListener({
    port: 0,
    health: () => [],
    metrics: async () => [],
    api: apiWith({}, { respond }),
    idleSecondsMax: 1,
    log,
  });
  started.push(listener);
  const reader = await fetch(`http://127.0.0.1:${listener.port}/v1/console`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  const reading = (async () => {
    for await (const _chunk of reader.body ?? []) continue;
  })().catch(silent);
  const stalled = connect(listener.port, "127.0.0.1", () => {
    stalled.write(`GET /v1/console HTTP/1.1\r\nHost: admin\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
    stalled.pause();
  }).on("error", silent);
  expect(await left.promise).toBe(2);
  stalled.destroy();
  await listener.stop();
  await reading;
});

test("metrics are Prometheus text", async () => {
  const sample = { type: "gauge", name: "stampede_sockets", help: "Sockets.", labels: {}, value: 2 } as const;
  const get = await listen({ metrics: async () => [sample] });
  const { status, body, headers } = await get("/metrics");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
  expect(parseExposition(body).get("stampede_sockets")?.values).toEqual([["stampede_sockets", 2]]);
});

test("metrics tell which checks of /readyz are passed", async () => {
  const health = [
    { name: "database", check: () => undefined },
    { name: "bus", check: () => "no connection to NATS" },
  ];
  const get = await listen({ health: () => health });
  const { body } = await get("/metrics");
  expect(parseExposition(body).get("stampede_health_check")?.values).toEqual([
    ['stampede_health_check{check="database"}', 1],
    ['stampede_health_check{check="bus"}', 0],
  ]);
});

test("a thread that does not give its numbers is a failed scrape, not a failed process", async () => {
  const get = await listen({ metrics: () => Promise.reject(new Error("lane gone")) });
  expect((await get("/metrics")).status).toBe(503);
  expect((await get("/livez")).status).toBe(200);
});

test("an unknown page names those that exist, and nothing can be changed", async () => {
  const get = await listen();
  expect(await get("/health")).toMatchObject({
    status: 404,
    body: "no such page; there are /livez, /readyz, /metrics\n",
  });
  const posted = await get("/readyz", { method: "POST" });
  expect(posted.status).toBe(405);
  expect(posted.headers.get("allow")).toBe("GET, HEAD");
  expect((await get("/livez", { method: "HEAD" })).status).toBe(200);
});

test("it listens on loopback only", async () => {
  await listen();
  const { port } = started[0] ?? { port: 0 };
  // 127.0.0.2 reaches a listener on all addresses, and not one on 127.0.0.1.
  await expect(fetch(`http://127.0.0.2:${port}/livez`)).rejects.toThrow();
});
