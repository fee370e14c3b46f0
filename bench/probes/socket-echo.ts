/**
 * What Bun.serve's sockets carry, with a client in another thread of the same machine: echoes per second with one frame
 * in flight per socket, and frames delivered per second by one published topic. Run: bun bench/probes/socket-echo.ts
 */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { z } from "zod";
import { printTable } from "./table.ts";

const CELL_MS = 1_500;
const SOCKETS = [1, 100, 1_000];
const BUFFERED_BYTES_MAX = 64 * 1024;
const TOPIC = "sku/PROBE";
const FRAME = JSON.stringify({
  t: "delta",
  ch: TOPIC,
  epoch: 1,
  offset: 1_000,
  prev: 999,
  fields: { available: 37 },
});

const orderSchema = z.object({ url: z.string(), sockets: z.int(), echo: z.boolean() });
type Socket = Bun.ServerWebSocket;
type Order = z.infer<typeof orderSchema>;
const countSchema = z.object({ perSecond: z.number() });

if (isMainThread) await serve();
else listenForOrders();

async function serve(): Promise<void> {
  const opened = new Set<Socket>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("upgrade", { status: 426 })),
    websocket: {
      perMessageDeflate: false,
      open(socket) {
        socket.subscribe(TOPIC);
        opened.add(socket);
      },
      close: (socket) => void opened.delete(socket),
      message: (socket, message) => void socket.send(message),
    },
  });
  const url = `ws://127.0.0.1:${server.port}`;
  const client = new Worker(new URL(import.meta.url));
  const rows: number[][] = [];
  for (const sockets of SOCKETS) {
    const echoes = await ask(client, { url, sockets, echo: true });
    const stopPublishing = publishWhileRead(server, opened);
    const delivered = await ask(client, { url, sockets, echo: false });
    stopPublishing();
    rows.push([sockets, echoes, delivered]);
  }
  await client.terminate();
  await server.stop(true);
  printTable(["sockets", "echoes/s", "published frames delivered/s"], rows);
}

/** Publishes as fast as the readers read. Returns a function that ends it. */
function publishWhileRead(server: Bun.Server<undefined>, opened: ReadonlySet<Socket>): () => void {
  let ended = false;
  const next = (): void => {
    if (ended) return;
    const [any] = opened;
    if (any !== undefined && any.getBufferedAmount() < BUFFERED_BYTES_MAX) server.publish(TOPIC, FRAME);
    setImmediate(next);
  };
  next();
  return () => {
    ended = true;
  };
}

function ask(client: Worker, order: Order): Promise<number> {
  return new Promise((resolve, reject) => {
    client.once("message", (count) => resolve(countSchema.parse(count).perSecond));
    client.once("error", reject);
    client.postMessage(order);
  });
}

function listenForOrders(): void {
  parentPort?.on("message", (order) => {
    framesPerSecond(orderSchema.parse(order)).then(
      (perSecond) => parentPort?.postMessage({ perSecond }),
      (error: unknown) => {
        throw error;
      },
    );
  });
}

async function framesPerSecond({ url, sockets: count, echo }: Order): Promise<number> {
  let frames = 0;
  const sockets = await Promise.all(Array.from({ length: count }, () => open(url)));
  const startedAtMs = performance.now();
  for (const socket of sockets) {
    socket.onmessage = () => {
      frames += 1;
      if (echo) socket.send(FRAME);
    };
    if (echo) socket.send(FRAME);
  }
  await Bun.sleep(CELL_MS);
  const perSecond = (frames * 1_000) / (performance.now() - startedAtMs);
  for (const socket of sockets) socket.terminate();
  return perSecond;
}

function open(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`no socket at ${url}`));
  });
}
