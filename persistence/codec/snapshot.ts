import type { Data } from "../../engine/contract/data.ts";
import type { ActorSnapshot } from "../../engine/contract/segment.ts";
import { KNOWN_PAGE_LENGTH, type ActorAddress, type Checkpoint } from "../../engine/ports/snapshots.ts";
import { packKeyRecord, unpackKeyRecord } from "./key-record.ts";
import type { PackedKeyRecord } from "./key-record.ts";
import { packCall, packMessage, unpackCall, unpackMessage } from "./outbox.ts";
import type { PackedCall, PackedMessage } from "./outbox.ts";
import { BlobWriter } from "./blob-writer.ts";
import { DenseReader } from "./dense/reader.ts";
import { pack, unpack } from "./packing.ts";
import { DamagedBytes, seal, unseal } from "./seal.ts";

/**
 * Versions of the bytes of snapshots: in 1 the layouts below were in MessagePack, and a checkpoint still is; in 3 it has the
 * number of its known actors, which are in pages of their own, in place of half their fingerprints. Snapshots are disposable:
 * an unknown version counts as no snapshot.
 */
const MESSAGE_PACK_VERSION = 1;
const SNAPSHOT_VERSION = 2;
const CHECKPOINT_VERSION = 3;
const KNOWN_PAGE_VERSION = 1;

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

/** The columns of a stored snapshot that its seal is bound to. */
export type StoredRow = ActorAddress & { readonly seq: number };

/** Adds an actor's sealed snapshot to a blob. */
export function writeSnapshot(
  blob: BlobWriter,
  shard: number,
  row: StoredRow,
  snapshot: ActorSnapshot,
): void {
  const { version, state, ticket, keys } = snapshot;
  const packed: PackedSnapshot = [version, state, ticket, keys.map(packKeyRecord)];
  blob.add(SNAPSHOT_VERSION, snapshotIdentity(shard, row), 0, packed);
}

/** An actor's sealed snapshot. */
export function encodeSnapshot(shard: number, row: StoredRow, snapshot: ActorSnapshot): Uint8Array {
  const blob = new BlobWriter();
  writeSnapshot(blob, shard, row, snapshot);
  return blob.blob().bytes;
}

/** Reads {@link encodeSnapshot}. @throws {DamagedBytes} */
export function decodeSnapshot(sealed: Uint8Array, shard: number, row: StoredRow): ActorSnapshot {
  const [version, state, ticket, keys] = open(sealed, snapshotIdentity(shard, row)) as PackedSnapshot;
  return { version, state, ticket, keys: keys.map(unpackKeyRecord) };
}

/** The sealed bytes of a checkpoint without its known actors, which are stored in pages. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { memory, known } = checkpoint;
  const packed: PackedCheckpoint = [
    known.first + known.fingerprints.length / 2,
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
  if (version !== CHECKPOINT_VERSION && version !== MESSAGE_PACK_VERSION)
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
  const fingerprints = typeof known === "number" ? joinPages(pages, shard, known) : firstHalves(known);
  return { shard, seq, memory, known: { first: 0, fingerprints } };
}

/** The pages of known actors that a checkpoint writes, sealed; `firstPage` is the number of the first, from 0. */
export function encodeKnownPages({ shard, known }: Pick<Checkpoint, "shard" | "known">): {
  readonly firstPage: number;
  readonly bodies: readonly Uint8Array[];
} {
  const firstPage = known.first / KNOWN_PAGE_LENGTH;
  const bodies: Uint8Array[] = [];
  for (let start = 0; start < known.fingerprints.length; start += KNOWN_PAGE_LENGTH * 2) {
    const fingerprints = known.fingerprints.subarray(start, start + KNOWN_PAGE_LENGTH * 2);
    bodies.push(encodeKnownPage(shard, firstPage + bodies.length, fingerprints));
  }
  return { firstPage, bodies };
}

/** The fingerprints as little-endian numbers. */
function encodeKnownPage(shard: number, page: number, fingerprints: Uint32Array): Uint8Array {
  const content = new Uint8Array(fingerprints.length * 4);
  const view = new DataView(content.buffer);
  for (const [index, half] of fingerprints.entries()) view.setUint32(index * 4, half, true);
  return seal(KNOWN_PAGE_VERSION, content, pageIdentity(shard, page));
}

/** Pages may hold more than the checkpoint counts, when a later one was stored while they were read; never less. */
function joinPages(pages: readonly Uint8Array[], shard: number, count: number): Uint32Array {
  const contents = pages.map((sealed, page) => unseal(sealed, pageIdentity(shard, page)).content);
  const halves = contents.reduce((sum, content) => sum + content.length / 4, 0);
  if (halves < count * 2)
    throw new DamagedBytes(
      `the known actors of shard ${shard} are damaged: ${halves / 2} of ${count} are left`,
    );
  const fingerprints = new Uint32Array(halves);
  let at = 0;
  for (const content of contents) {
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    for (let offset = 0; offset < content.length; offset += 4) {
      fingerprints[at] = view.getUint32(offset, true);
      at += 1;
    }
  }
  return fingerprints;
}

/** Fingerprints of the first release are half as long; 0 stands for the other half. */
function firstHalves(known: Uint8Array): Uint32Array {
  const view = new DataView(known.buffer, known.byteOffset, known.byteLength);
  const count = known.byteLength / 4;
  const fingerprints = new Uint32Array(count * 2);
  for (let index = 0; index < count; index += 1) fingerprints[index * 2] = view.getUint32(index * 4, true);
  return fingerprints;
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

function open(sealed: Uint8Array, identity: string): unknown {
  const { version, content } = unseal(sealed, identity);
  if (version > SNAPSHOT_VERSION)
    throw new DamagedBytes(`${identity} has format ${version}, which this release does not know`);
  return version === MESSAGE_PACK_VERSION ? unpack(content) : new DenseReader(content).value();
}
