/**
 * Bytes and time of an order in the journal, by encoding: segments of a real lane in which 200 shoppers buy one product,
 * encoded and decoded one by one as the journal does. Run: bun bench/probes/segment-bytes.ts
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { pack, unpack } from "msgpackr";
import type { SegmentBody } from "../../engine/contract/segment.ts";
import { DenseReader } from "../../persistence/codec/dense/reader.ts";
import { DenseWriter } from "../../persistence/codec/dense/writer.ts";
import {
  decodeSegmentBody,
  encodeSegmentBody,
  segmentIdentity,
} from "../../persistence/codec/segment-body.ts";
import { orderSegments } from "./order-segments.ts";
import { printTable } from "./table.ts";

const SHOPPERS = 200;
const ORDERS_EACH = 10;
const ROUNDS = 10;
const MICROSECONDS_PER_MS = 1_000;

interface Encoding {
  readonly name: string;
  encode(body: SegmentBody): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

const IDENTITY = segmentIdentity(0, "00000000-0000-7000-8000-000000000000");
const writer = new DenseWriter();
const ENCODINGS: readonly Encoding[] = [
  {
    name: "JSON",
    encode: (body) => Buffer.from(JSON.stringify(body)),
    decode: (bytes) => JSON.parse(bytes.toString()) as unknown,
  },
  {
    name: "JSON, zstd level 1",
    encode: (body) => zstdCompressSync(JSON.stringify(body)),
    decode: (bytes) => JSON.parse(zstdDecompressSync(bytes).toString()) as unknown,
  },
  { name: "MessagePack", encode: (body) => pack(body), decode: (bytes) => unpack(bytes) as unknown },
  {
    name: "MessagePack, zstd level 1",
    encode: (body) => zstdCompressSync(pack(body)),
    decode: (bytes) => unpack(zstdDecompressSync(bytes)) as unknown,
  },
  {
    name: "dense",
    encode(body) {
      writer.reset();
      writer.begin(body.atMs);
      writer.value(body);
      return writer.copy();
    },
    decode: (bytes) => new DenseReader(bytes).value(),
  },
  {
    name: "as it is stored",
    encode: (body) => encodeSegmentBody(IDENTITY, body),
    decode: (bytes) => decodeSegmentBody(bytes, IDENTITY),
  },
];

const bodies = (await orderSegments(SHOPPERS, ORDERS_EACH)).map(({ body }) => body);
const orders = SHOPPERS * ORDERS_EACH;
const rows = ENCODINGS.map((encoding) => {
  let encoded: readonly Uint8Array[] = [];
  const encodeMs = fastest(() => (encoded = bodies.map((body) => encoding.encode(body))));
  const decodeMs = fastest(() => encoded.forEach((bytes) => encoding.decode(bytes)));
  const bytes = encoded.reduce((sum, { length }) => sum + length, 0);
  return [encoding.name, bytes / orders, perOrder(encodeMs), perOrder(decodeMs)];
});
printTable(["encoding", "bytes per order", "encode, µs per order", "decode, µs per order"], rows);

function perOrder(milliseconds: number): number {
  return (milliseconds * MICROSECONDS_PER_MS) / orders;
}

/** Milliseconds of the fastest of some rounds. */
function fastest(task: () => void): number {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAtMs = performance.now();
    task();
    bestMs = Math.min(bestMs, performance.now() - startedAtMs);
  }
  return bestMs;
}
