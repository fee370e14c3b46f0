import type { Data } from "../../engine/contract/data.ts";
import type { ActorSnapshot } from "../../engine/contract/segment.ts";
import {
  KNOWN_RECORD_LENGTH,
  type ActorAddress,
  type Checkpoint,
  type KnownPages,
} from "../../engine/ports/snapshots.ts";
import { readKeyRecord, unpackKeyRecord, writeKeyRecord } from "./key-record.ts";
import type { PackedKeyRecord } from "./key-record.ts";
import { packCall, packMessage, unpackCall, unpackMessage } from "./outbox.ts";
import type { PackedCall, PackedMessage } from "./outbox.ts";
import { BlobWriter } from "./blob-writer.ts";
import { DenseReader } from "./dense/reader.ts";
import type { DenseWriter } from "./dense/writer.ts";
import { pack, unpack } from "./packing.ts";
import { DamagedBytes, seal, unseal } from "./seal.ts";

/**
 * Versions of the bytes of snapshots: in 1 the layouts below were in MessagePack, and a checkpoint still is; in 2 a snapshot was
 * a list as dense data, in 3 each of its fields has its place. Of a checkpoint 3 it has the
 * number of its known actors, which are in pages of their own, in place of half their fingerprints; with 4 those pages are of
 * version 2, with footprints. Snapshots are disposable: an unknown version counts as no snapshot.
 */
const MESSAGE_PACK_VERSION = 1;
const SNAPSHOT_VERSION = 3;
const CHECKPOINT_VERSIONS: ReadonlySet<number> = new Set([1, 3, 4]);
const CHECKPOINT_VERSION = 4;
const FINGERPRINTS_VERSION = 1;
const KNOWN_PAGE_VERSION = 2;

// Known actors are numbers: so many bytes of them take as long to decode as one byte of segments.
const KNOWN_BYTES_PER_SEGMENT_BYTE = 16;

type NumberPair = readonly [shard: number, number: number];

type PackedSnapshot = readonly [
  version: number,
  state: Data,
  ticket: number,
  keys: readonly PackedKeyRecord[],
];

type PackedCheckpoint = readonly [
  known: number | Uint8Array,
  atMs: number,
  callNumber: number,
  outbox: readonly PackedMessage[],
  calls: readonly PackedCall[],
  sentNumbers: readonly NumberPair[],
  receivedNumbers: readonly NumberPair[],
];

/** A page of known actors as it is stored. */
export interface SealedPage {
  readonly number: number;
  readonly body: Uint8Array;
}

/** The columns of a stored snapshot that its seal is bound to. */
export type StoredRow = ActorAddress & { readonly seq: number };

/** Adds an actor's sealed snapshot to a blob. */
export function writeSnapshot(
  blob: BlobWriter,
  shard: number,
  row: StoredRow,
  snapshot: ActorSnapshot,
): void {
  blob.add(SNAPSHOT_VERSION, snapshotIdentity(shard, row), 0, snapshot, writeSnapshotContent);
}

function writeSnapshotContent(writer: DenseWriter, { version, state, ticket, keys }: ActorSnapshot): void {
  writer.count(version);
  writer.value(state);
  writer.count(ticket);
  writer.count(keys.length);
  for (const record of keys) writeKeyRecord(writer, record);
}

function readSnapshotContent(reader: DenseReader): ActorSnapshot {
  const version = reader.count();
  const state = reader.value();
  const ticket = reader.count();
  const keys = Array.from({ length: reader.count() }, () => readKeyRecord(reader));
  return { version, state, ticket, keys };
}

/** An actor's sealed snapshot. */
export function encodeSnapshot(shard: number, row: StoredRow, snapshot: ActorSnapshot): Uint8Array {
  const blob = new BlobWriter();
  writeSnapshot(blob, shard, row, snapshot);
  return blob.blob().bytes;
}

/** Reads {@link encodeSnapshot}. @throws {DamagedBytes} */
export function decodeSnapshot(sealed: Uint8Array, shard: number, row: StoredRow): ActorSnapshot {
  const identity = snapshotIdentity(shard, row);
  const { version: format, content } = unseal(sealed, identity);
  if (format > SNAPSHOT_VERSION)
    throw new DamagedBytes(`${identity} has format ${format}, which this release does not know`);
  if (format === SNAPSHOT_VERSION) return readSnapshotContent(new DenseReader(content));
  const packed = format === MESSAGE_PACK_VERSION ? unpack(content) : new DenseReader(content).value();
  const [version, state, ticket, keys] = packed as PackedSnapshot;
  return { version, state, ticket, keys: keys.map(unpackKeyRecord) };
}

/** The sealed bytes of a checkpoint without its known actors, which are stored in pages. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { memory, known } = checkpoint;
  const packed: PackedCheckpoint = [
    known.count,
    memory.atMs,
    memory.callNumber,
    memory.outbox.map(packMessage),
    memory.calls.map(packCall),
    memory.sentNumbers,
    memory.receivedNumbers,
  ];
  return seal(CHECKPOINT_VERSION, pack(packed), checkpointIdentity(checkpoint.shard, checkpoint.seq));
}

/**
 * Reads {@link encodeCheckpoint}. `pages` are those of the shard's known actors, in order.
 * @throws {DamagedBytes}
 */
export function decodeCheckpoint(
  sealed: Uint8Array,
  shard: number,
  seq: number,
  pages: readonly Uint8Array[],
): Checkpoint {
  const identity = checkpointIdentity(shard, seq);
  const { version, content } = unseal(sealed, identity);
  if (!CHECKPOINT_VERSIONS.has(version))
    throw new DamagedBytes(`${identity} has format ${version}, which this release does not know`);
  const [known, atMs, callNumber, outbox, calls, sentNumbers, receivedNumbers] = unpack(
    content,
  ) as PackedCheckpoint;
  const memory = {
    outbox: outbox.map(unpackMessage),
    calls: calls.map(unpackCall),
    sentNumbers,
    receivedNumbers,
    callNumber,
    atMs,
  };
  const knownPages =
    typeof known === "number"
      ? decodeKnownPages(pages, shard, known)
      : onePage(recordsOf(uint32sOf(known), 1));
  return { shard, seq, memory, known: knownPages };
}

/** How many bytes of segments take as long to decode as a checkpoint does. */
export function checkpointWeight(sealed: Uint8Array, pages: readonly Uint8Array[]): number {
  const pageBytes = pages.reduce((sum, { length }) => sum + length, 0);
  return sealed.length + Math.ceil(pageBytes / KNOWN_BYTES_PER_SEGMENT_BYTE);
}

/** The pages of known actors that a checkpoint writes, sealed. */
export function encodeKnownPages({
  shard,
  known,
}: Pick<Checkpoint, "shard" | "known">): readonly SealedPage[] {
  return known.pages.map(({ number, records }) => ({
    number,
    body: encodeKnownPage(shard, number, records),
  }));
}

/** The records as little-endian numbers. */
function encodeKnownPage(shard: number, page: number, records: Uint32Array): Uint8Array {
  const content = new Uint8Array(records.length * 4);
  const view = new DataView(content.buffer);
  for (const [index, half] of records.entries()) view.setUint32(index * 4, half, true);
  return seal(KNOWN_PAGE_VERSION, content, pageIdentity(shard, page));
}

/**
 * The pages of a checkpoint that knows so many actors. They may hold more, when a later one was stored while they were
 * read: what it knows beside those is in the journal that follows this one. They never hold less.
 */
function decodeKnownPages(pages: readonly Uint8Array[], shard: number, count: number): KnownPages {
  let left = count;
  const decoded = pages.map((sealed, number) => {
    const records = decodeKnownPage(sealed, shard, number).slice(0, left * KNOWN_RECORD_LENGTH);
    left -= records.length / KNOWN_RECORD_LENGTH;
    return { number, records };
  });
  if (left > 0)
    throw new DamagedBytes(
      `the known actors of shard ${shard} are damaged: ${count - left} of ${count} are left`,
    );
  return { count, pages: decoded };
}

function decodeKnownPage(sealed: Uint8Array, shard: number, page: number): Uint32Array {
  const identity = pageIdentity(shard, page);
  const { version, content } = unseal(sealed, identity);
  const numbers = uint32sOf(content);
  if (version === KNOWN_PAGE_VERSION) return numbers;
  if (version === FINGERPRINTS_VERSION) return recordsOf(numbers, 2);
  throw new DamagedBytes(`${identity} has format ${version}, which this release does not know`);
}

/** What a checkpoint of the first release knew. */
function onePage(records: Uint32Array): KnownPages {
  return { count: records.length / KNOWN_RECORD_LENGTH, pages: [{ number: 0, records }] };
}

function uint32sOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Uint32Array(bytes.length / 4);
  // Many at a time, while other work of the thread waits: `Uint32Array.from` takes ten times as long.
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = view.getUint32(index * 4, true);
  return numbers;
}

/** Records of actors with a snapshot, from fingerprints of so many numbers; 0 stands for what they do not say. */
function recordsOf(fingerprints: Uint32Array, length: number): Uint32Array {
  const records = new Uint32Array((fingerprints.length / length) * KNOWN_RECORD_LENGTH);
  for (const [index, half] of fingerprints.entries())
    records[Math.floor(index / length) * KNOWN_RECORD_LENGTH + (index % length)] = half;
  return records;
}

function snapshotIdentity(shard: number, row: StoredRow): string {
  return `snapshot of ${row.tenant}/${row.kind}/${row.id} in shard ${shard} at ${row.seq}`;
}

function checkpointIdentity(shard: number, seq: number): string {
  return `checkpoint of shard ${shard} at ${seq}`;
}

function pageIdentity(shard: number, page: number): string {
  return `known actors of shard ${shard}, page ${page}`;
}
