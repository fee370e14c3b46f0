import type { Data } from "../../engine/contract/data.ts";
import type { ActorSnapshot } from "../../engine/contract/segment.ts";
import type { ActorAddress, Checkpoint } from "../../engine/ports/snapshots.ts";
import { packKeyRecord, unpackKeyRecord } from "./key-record.ts";
import type { PackedKeyRecord } from "./key-record.ts";
import { packCall, packMessage, unpackCall, unpackMessage } from "./outbox.ts";
import type { PackedCall, PackedMessage } from "./outbox.ts";
import { BlobWriter } from "./blob-writer.ts";
import { DenseReader } from "./dense/reader.ts";
import { pack, unpack } from "./packing.ts";
import { DamagedBytes, seal, unseal } from "./seal.ts";

/**
 * Versions of the bytes of snapshots: in 1 the layouts below were in MessagePack, and a checkpoint still is. Snapshots are
 * disposable: an unknown version counts as no snapshot.
 */
const SNAPSHOT_VERSION = 2;
const MESSAGE_PACK_VERSION = 1;

type NumberPair = readonly [shard: number, number: number];

type PackedSnapshot = readonly [
  version: number,
  state: Data,
  ticket: number,
  keys: readonly PackedKeyRecord[],
];

type PackedCheckpoint = readonly [
  known: Uint8Array,
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

/** The sealed bytes of a checkpoint's memory and known actors. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { memory, known } = checkpoint;
  const packed: PackedCheckpoint = [
    known,
    memory.atMs,
    memory.callNumber,
    memory.outbox.map(packMessage),
    memory.calls.map(packCall),
    memory.sentNumbers,
    memory.receivedNumbers,
  ];
  return seal(MESSAGE_PACK_VERSION, pack(packed), checkpointIdentity(checkpoint.shard, checkpoint.seq));
}

/** Reads {@link encodeCheckpoint}. @throws {DamagedBytes} */
export function decodeCheckpoint(sealed: Uint8Array, shard: number, seq: number): Checkpoint {
  const [known, atMs, callNumber, outbox, calls, sentNumbers, receivedNumbers] = open(
    sealed,
    checkpointIdentity(shard, seq),
  ) as PackedCheckpoint;
  const memory = {
    outbox: outbox.map(unpackMessage),
    calls: calls.map(unpackCall),
    sentNumbers,
    receivedNumbers,
    callNumber,
    atMs,
  };
  // A copy of its own: readers look at it as 32-bit numbers, which must be aligned.
  return { shard, seq, memory, known: new Uint8Array(known) };
}

function snapshotIdentity(shard: number, row: StoredRow): string {
  return `snapshot of ${row.tenant}/${row.kind}/${row.id} in shard ${shard} at ${row.seq}`;
}

function checkpointIdentity(shard: number, seq: number): string {
  return `checkpoint of shard ${shard} at ${seq}`;
}

function open(sealed: Uint8Array, identity: string): unknown {
  const { version, content } = unseal(sealed, identity);
  if (version > SNAPSHOT_VERSION)
    throw new DamagedBytes(`${identity} has format ${version}, which this release does not know`);
  return version === MESSAGE_PACK_VERSION ? unpack(content) : new DenseReader(content).value();
}
