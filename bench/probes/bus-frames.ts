/**
 * What a command and its answer cost that travel between two threads of one node (PortLink) or of two nodes (BusLink, with a
 * real nats-server): CPU of both ends, and of the server, by how many commands leave in one turn of the event loop.
 * Run: bun bench/probes/bus-frames.ts
 */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { done } from "../../engine/contract/outcome.ts";
import { eventLoopClock } from "../../engine/testing/event-loop-clock.ts";
import { BusEndpoint } from "../../engine/transport/bus/bus-endpoint.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { ANSWER, COMMAND, type Item } from "../../engine/transport/items.ts";
import type { Link } from "../../engine/transport/link.ts";
import { NatsBus } from "../../engine/transport/nats/nats-bus.ts";
import { parseNatsUrl } from "../../engine/transport/nats/nats-options.ts";
import { NatsServer } from "../../engine/transport/nats/nats-server.ts";
import { PortLink } from "../../engine/transport/port-link.ts";
import { silentLog } from "./probe-database.ts";
import { printTable } from "./table.ts";

const COMMANDS_PER_TURN = [1, 4, 16, 64];
const COMMANDS_PER_ROUND = 4_000;
const ROUNDS = 8;
const GATEWAY = "node-a/gateway-0";
const LANE = "node-b/lane-0";

interface LaneStart {
  readonly url: string;
  readonly port: MessagePort;
}

if (isMainThread) await measure();
else parentPort?.once("message", (start: LaneStart) => void answerCommands(start));

/** One way to the lane: sends commands, and tells when all of them are answered. */
interface Way {
  exchange(count: number): Promise<void>;
}

async function measure(): Promise<void> {
  const server = await NatsServer.start();
  const lane = new Worker(new URL(import.meta.url));
  const { port1, port2 } = new MessageChannel();
  const isReady = new Promise((resolve) => lane.once("message", resolve));
  lane.postMessage({ url: server.url, port: port2 } satisfies LaneStart, [port2]);
  await isReady;
  const bus = connect(server.url, "gateway");
  await connected(bus);
  const overPort = way((receive) => new PortLink(port1, receive));
  let receiveOverBus: (items: readonly Item[]) => void = () => undefined;
  const gateway = endpoint(GATEWAY, bus, (_, items) => receiveOverBus(items));
  const overBus = way((receive) => {
    receiveOverBus = receive;
    return gateway.link(LANE);
  });
  const rows: (string | number)[][] = [];
  for (const count of COMMANDS_PER_TURN)
    rows.push([count, ...(await compare(overPort, overBus, count, server))]);
  printTable(
    ["commands per turn", "PortLink, µs", "BusLink, µs", "more, µs", "nats-server, µs", "in all, times"],
    rows,
  );
  gateway.close();
  port1.close();
  await bus.close();
  await lane.terminate();
  await server.stop();
}

/** CPU per command, the two ways in turns, so that the machine's moods hit both. */
async function compare(
  overPort: Way,
  overBus: Way,
  count: number,
  server: NatsServer,
): Promise<readonly number[]> {
  const ends = { port: [] as number[], bus: [] as number[], server: [] as number[] };
  // The first round is the warm-up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const port = await cpuPerCommand(overPort, count);
    const serverBefore = server.cpuMicroseconds();
    const busEnds = await cpuPerCommand(overBus, count);
    if (round === 0) continue;
    ends.port.push(port);
    ends.bus.push(busEnds);
    ends.server.push((server.cpuMicroseconds() - serverBefore) / COMMANDS_PER_ROUND);
  }
  const [port, bus, nats] = [median(ends.port), median(ends.bus), mean(ends.server)];
  return [port, bus, bus - port, nats, (bus + nats) / port];
}

async function cpuPerCommand(over: Way, count: number): Promise<number> {
  const before = process.cpuUsage();
  for (let sent = 0; sent < COMMANDS_PER_ROUND; sent += count) await over.exchange(count);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / COMMANDS_PER_ROUND;
}

function way(open: (receive: (items: readonly Item[]) => void) => Link): Way {
  let waiting = 0;
  let allAnswered: () => void = () => undefined;
  const link = open((items) => {
    for (const item of items) if (item[0] === ANSWER && item[2].type === "done") waiting -= 1;
    if (waiting === 0) allAnswered();
  });
  let correlation = 0;
  return {
    exchange: (count) =>
      new Promise((resolve) => {
        allAnswered = resolve;
        waiting = count;
        for (let sent = 0; sent < count; sent += 1) link.send(command((correlation += 1)));
      }),
  };
}

async function answerCommands({ url, port }: LaneStart): Promise<void> {
  const answer = (link: Link, items: readonly Item[]): void => {
    for (const item of items) {
      if (item[0] !== COMMAND) continue;
      const orderId = `${item[4]}~1`;
      link.send([ANSWER, item[1], done({ orderId, totalMinor: 4_900, taxMinor: 782, currency: "EUR" })]);
    }
  };
  const toGateway: Link = new PortLink(port, (items) => answer(toGateway, items));
  const bus = connect(url, "lane");
  await connected(bus);
  endpoint(LANE, bus, answer);
  await bus.request("probe.ready", "", 1_000).catch(() => undefined);
  parentPort?.postMessage("ready");
}

function endpoint(
  name: string,
  bus: NatsBus,
  receive: (link: Link, items: readonly Item[]) => void,
): BusEndpoint {
  return new BusEndpoint({
    name,
    topics: new ClusterTopics("probe"),
    bus,
    clock: eventLoopClock,
    entropy: { uuid: () => Bun.randomUUIDv7() },
    log: silentLog,
    retryAfterMs: 200,
    receive,
    onGap: () => {
      throw new Error("a frame was lost");
    },
    onGone: () => undefined,
  });
}

function connect(url: string, name: string): NatsBus {
  return new NatsBus({
    options: parseNatsUrl(url),
    name,
    replyTopic: "probe.reply",
    clock: eventLoopClock,
    log: silentLog,
  });
}

function connected(bus: NatsBus): Promise<void> {
  return new Promise((resolve) => {
    const end = bus.onState(() => {
      end();
      resolve();
    });
  });
}

function command(correlation: number): Item {
  const cart = "0198f0c2-1c3e-7000-8000-0123456789ab";
  const addLine = { type: "AddLine", customer: cart, sku: "AUD-HALO-MIDNIGHT", quantity: 1 };
  return [COMMAND, correlation, "shop", "cart", cart, addLine, `add-${correlation}`, 9_000_000_000_000, null];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
