/**
 * What a frame costs that travels from one thread to another: CPU of both, from encoding to decoding, by what is posted.
 * Items are answers to commands as a lane sends them. Run: bun bench/probes/frames-between-threads.ts
 */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { Packr } from "msgpackr";
import { done } from "../../engine/contract/outcome.ts";
import { ANSWER, type Item } from "../../engine/transport/items.ts";
import { printTable } from "./table.ts";

const ITEMS_PER_FRAME = [1, 4, 16];
const FRAMES_PER_ROUND = 40;
const ROUNDS = 300;
const ROUNDS_OF_WARM_UP = 100;

const packr = new Packr({ useRecords: false });

interface Posted {
  readonly name: string;
  post(items: readonly Item[]): readonly [frame: unknown, transfer: ArrayBuffer[]];
}

const POSTED: readonly Posted[] = [
  { name: "the items themselves", post: (items) => [items, []] },
  {
    name: "a buffer of MessagePack, transferred",
    post(items) {
      const bytes = new Uint8Array(packr.pack(items));
      return [bytes, [bytes.buffer]];
    },
  },
  {
    name: "a buffer of JSON, transferred",
    post(items) {
      const bytes = new TextEncoder().encode(JSON.stringify(items));
      return [bytes, [bytes.buffer]];
    },
  },
  { name: "a text of JSON", post: (items) => [JSON.stringify(items), []] },
];

if (isMainThread) await measure();
else readFrames();

async function measure(): Promise<void> {
  const reader = new Worker(new URL(import.meta.url));
  const rows: (string | number)[][] = [];
  for (const posted of POSTED) {
    const row: (string | number)[] = [posted.name];
    for (const count of ITEMS_PER_FRAME) {
      const items = answers(count);
      for (let round = 0; round < ROUNDS_OF_WARM_UP; round += 1) await exchange(reader, posted, items);
      const before = process.cpuUsage();
      for (let round = 0; round < ROUNDS; round += 1) await exchange(reader, posted, items);
      const { user, system } = process.cpuUsage(before);
      row.push((user + system) / (ROUNDS * FRAMES_PER_ROUND));
    }
    rows.push(row);
  }
  printTable(["posted", ...ITEMS_PER_FRAME.map((count) => `${count} items, µs`)], rows);
  await reader.terminate();
}

function exchange(reader: Worker, posted: Posted, items: readonly Item[]): Promise<void> {
  return new Promise((resolve) => {
    reader.once("message", () => resolve());
    for (let frame = 0; frame < FRAMES_PER_ROUND; frame += 1) {
      const [message, transfer] = posted.post(items);
      reader.postMessage(message, transfer);
    }
  });
}

function readFrames(): void {
  let frames = 0;
  parentPort?.on("message", (frame: unknown) => {
    if (typeof frame === "string") JSON.parse(frame);
    else if (frame instanceof Uint8Array && frame[0] === "[".charCodeAt(0))
      JSON.parse(new TextDecoder().decode(frame));
    else if (frame instanceof Uint8Array) packr.unpack(frame);
    frames += 1;
    if (frames % FRAMES_PER_ROUND === 0) parentPort?.postMessage(frames);
  });
}

function answers(count: number): readonly Item[] {
  return Array.from({ length: count }, (_, index): Item => {
    const orderId = `${Bun.randomUUIDv7()}~${index}`;
    return [ANSWER, 100_000 + index, done({ orderId, totalMinor: 4_900, taxMinor: 782, currency: "EUR" })];
  });
}
