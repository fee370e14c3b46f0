/**
 * What the journey of a flash sale costs on this machine before anything is decided: shoppers on sockets of their own send an
 * add and a checkout, each a JSON text; an add is answered after one durable commit, a checkout after two; nothing is checked,
 * kept or routed, and a commit is one row with as many bytes as the shop's orders have. The distance to `bench flash-sale` is
 * what the engine costs. Linux only: reads /proc. Run: bun bench/probes/sale-floor.ts [--sockets 200] [--seconds 10]
 */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { z } from "zod";
import type { Database } from "../../persistence/postgres/database.ts";
import { readFamily } from "../machine/cpu-time.ts";
import { withProbeDatabase } from "./probe-database.ts";
import { readOptions, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/sale-floor.ts [options]

What the journey of a flash sale costs on this machine before anything is decided.

  --sockets N   shoppers (default: 200)
  --seconds N   how long each of three rounds lasts (default: 10)
`;
const values = readOptions(USAGE, {
  sockets: { type: "string", default: "200" },
  seconds: { type: "string", default: "10" },
});
const SOCKETS = wholeNumber("--sockets", values.sockets);
const SECONDS = wholeNumber("--seconds", values.seconds);
const ROUNDS = 3;
const WARM_UP_MS = 3_000;
/** Of one command in a commit: an order has about 490 in three. */
const BYTES_PER_STEP = 160;

const orderSchema = z.object({ url: z.string(), sockets: z.int(), forMs: z.number() });
type Order = z.infer<typeof orderSchema>;
const soldSchema = z.object({
  orders: z.number(),
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});
type Sold = z.infer<typeof soldSchema>;

/** Processor time of the server, the crowd and Postgres so far, microseconds. */
function usedMicros(postgresPid: number): number {
  const { user, system } = process.cpuUsage();
  return user + system + (readFamily(postgresPid) ?? Number.NaN);
}

/** One commit in flight; what comes meanwhile is the next. */
class Commits {
  readonly #append: (steps: number) => Promise<void>;
  #waiting: (() => void)[] = [];
  #running = false;

  constructor(append: (steps: number) => Promise<void>) {
    this.#append = append;
  }

  /** Calls back when the step is durable. */
  add(durable: () => void): void {
    this.#waiting.push(durable);
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => {
      this.#run().catch((error: unknown) => {
        throw error;
      });
    });
  }

  /** Resolves when everything is durable, and nothing more is wanted. */
  async idle(): Promise<void> {
    while (this.#running) await Bun.sleep(1);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#append(batch.length);
      for (const durable of batch) durable();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }
}

if (isMainThread) await withProbeDatabase(serve);
else listenForOrders();

async function serve({ sql }: Database): Promise<void> {
  await sql`create table floor (number bigint generated always as identity primary key, body bytea not null)`;
  const [main] = await sql<
    { pid: number }[]
  >`select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int as pid`;
  const postgresPid = main?.pid ?? 0;
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES_PER_STEP * SOCKETS));
  const commits = new Commits(async (steps) => {
    await sql`insert into floor (body) values (${bytes.subarray(0, steps * BYTES_PER_STEP)})`;
  });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("upgrade", { status: 426 })),
    websocket: {
      perMessageDeflate: false,
      message(socket, message) {
        const { id, op } = JSON.parse(String(message)) as { id: number; op: string };
        const answer = (): void => void socket.send(JSON.stringify({ re: id, ok: { cart: "open", op } }));
        commits.add(op === "cart.add" ? answer : () => commits.add(answer));
      },
    },
  });
  const url = `ws://127.0.0.1:${server.port}`;
  const client = new Worker(new URL(import.meta.url));
  await ask(client, { url, sockets: SOCKETS, forMs: WARM_UP_MS });
  const rows: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const beforeMicros = usedMicros(postgresPid);
    const { orders, perSecond, p50Ms, p99Ms } = await ask(client, {
      url,
      sockets: SOCKETS,
      forMs: SECONDS * 1_000,
    });
    rows.push([SOCKETS, perSecond, p50Ms, p99Ms, (usedMicros(postgresPid) - beforeMicros) / orders]);
  }
  await client.terminate();
  await server.stop(true);
  // What the last shoppers wanted is still on its way to a database that is about to end.
  await commits.idle();
  printTable(["sockets", "orders/s", "p50 ms", "p99 ms", "processor time, µs per order"], rows);
}

function ask(client: Worker, order: Order): Promise<Sold> {
  return new Promise((resolve, reject) => {
    client.once("message", (sold) => resolve(soldSchema.parse(sold)));
    client.once("error", reject);
    client.postMessage(order);
  });
}

function listenForOrders(): void {
  parentPort?.on("message", (order) => {
    sell(orderSchema.parse(order)).then(
      (sold) => parentPort?.postMessage(sold),
      (error: unknown) => {
        throw error;
      },
    );
  });
}

async function sell({ url, sockets: count, forMs }: Order): Promise<Sold> {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(url)));
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  for (const socket of sockets) shop(socket, latenciesMs);
  await Bun.sleep(forMs);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const orders = latenciesMs.length;
  for (const socket of sockets) socket.terminate();
  latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number): number => latenciesMs[Math.floor(orders * share)] ?? 0;
  return { orders, perSecond: orders / seconds, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

/** Buys again and again: the next order begins when the last is confirmed. */
function shop(socket: WebSocket, latenciesMs: number[]): void {
  let id = 0;
  let beganAtMs = 0;
  const send = (op: string): void => {
    id += 1;
    socket.send(
      JSON.stringify({ id, op, key: `key-${id}`, sku: "PROBE", quantity: 1, paymentToken: "tok_ok" }),
    );
  };
  const begin = (): void => {
    beganAtMs = performance.now();
    send("cart.add");
  };
  socket.onmessage = ({ data }) => {
    const { ok } = JSON.parse(String(data)) as { ok: { op: string } };
    if (ok.op === "cart.add") return send("cart.checkout");
    latenciesMs.push(performance.now() - beganAtMs);
    begin();
  };
  begin();
}

function open(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`no socket at ${url}`));
  });
}
