import type { Typed } from "../../engine/contract/decider.ts";
import type { ActorEntry, SegmentBody } from "../../engine/contract/segment.ts";
import { packKeyRecord, unpackKeyRecord } from "./key-record.ts";
import type { PackedKeyRecord } from "./key-record.ts";
import { packCall, packMessage, unpackCall, unpackMessage } from "./outbox.ts";
import type { PackedCall, PackedMessage } from "./outbox.ts";
import { BlobWriter } from "./blob-writer.ts";
import { DenseReader } from "./dense/reader.ts";
import { unpack } from "./packing.ts";
import { DamagedBytes, unseal } from "./seal.ts";

/**
 * Version of the bytes of a body, written in front of it. Readers know all older ones: 1 was the layout below in MessagePack.
 */
export const SEGMENT_BODY_VERSION = 2;
const MESSAGE_PACK_VERSION = 1;

type NumberPair = readonly [shard: number, number: number];

type PackedActor = readonly [
  tenant: string,
  kind: string,
  id: string,
  version: number,
  events: readonly Typed[],
  keys?: readonly PackedKeyRecord[],
];

// Fields are told apart by position: names would be a third of the bytes. Ordered by how often they occur, since
// empty fields at the end are left out.
type PackedBody = readonly [
  atMs: number,
  actors: readonly PackedActor[],
  sent?: readonly PackedMessage[],
  received?: readonly NumberPair[],
  delivered?: readonly NumberPair[],
  called?: readonly PackedCall[],
  answered?: readonly number[],
  takeoverOwner?: string,
];

const REQUIRED_FIELDS = 2;
// Used for one body at a time: a writer is large, and a shop begins with a claim of every shard.
const single = new BlobWriter();

/** Adds a segment's sealed body to a blob. `identity` is that of {@link segmentIdentity}. */
export function writeSegmentBody(blob: BlobWriter, identity: string, body: SegmentBody): void {
  const fields: unknown[] = [
    body.atMs,
    body.actors.map(packActor),
    body.sent.map(packMessage),
    body.received,
    body.delivered,
    body.called.map(packCall),
    body.answered,
  ];
  if (body.takeover !== undefined) fields.push(body.takeover.owner);
  else while (fields.length > REQUIRED_FIELDS && isEmpty(fields.at(-1))) fields.pop();
  blob.add(SEGMENT_BODY_VERSION, identity, body.atMs, fields);
}

/** A segment's sealed body. */
export function encodeSegmentBody(identity: string, body: SegmentBody): Uint8Array {
  single.reset();
  writeSegmentBody(single, identity, body);
  return single.blob().bytes;
}

/**
 * Reads a sealed body. `identity` is that of {@link segmentIdentity}.
 * @throws {DamagedBytes} when the bytes are not those that were stored.
 */
export function decodeSegmentBody(sealed: Uint8Array, identity: string): SegmentBody {
  const { version, content } = unseal(sealed, identity);
  if (version > SEGMENT_BODY_VERSION)
    throw new DamagedBytes(`${identity} has format ${version}, which this release does not know`);
  // The checksum vouches for the shape: these are the bytes that `writeSegmentBody` made.
  const fields = version === MESSAGE_PACK_VERSION ? unpack(content) : new DenseReader(content).value();
  const [atMs, actors, sent = [], received = [], delivered = [], called = [], answered = [], owner] =
    fields as PackedBody;
  return {
    atMs,
    ...(owner === undefined ? {} : { takeover: { owner } }),
    actors: actors.map(unpackActor),
    sent: sent.map(unpackMessage),
    delivered,
    received,
    called: called.map(unpackCall),
    answered,
  };
}

/** What the seal of a segment's body is bound to: its shard and its commit. */
export function segmentIdentity(shard: number, batchId: string): string {
  return `segment of shard ${shard}, batch ${batchId}`;
}

/** The body of a takeover record. */
export function takeoverBody(owner: string, atMs: number): SegmentBody {
  return {
    atMs,
    takeover: { owner },
    actors: [],
    sent: [],
    delivered: [],
    received: [],
    called: [],
    answered: [],
  };
}

function packActor(entry: ActorEntry): PackedActor {
  const { tenant, kind, id, version, events, keys } = entry;
  return keys.length === 0
    ? [tenant, kind, id, version, events]
    : [tenant, kind, id, version, events, keys.map(packKeyRecord)];
}

function unpackActor(packed: PackedActor): ActorEntry {
  const [tenant, kind, id, version, events, keys = []] = packed;
  return { tenant, kind, id, version, events, keys: keys.map(unpackKeyRecord) };
}

function isEmpty(field: unknown): boolean {
  return Array.isArray(field) && field.length === 0;
}
