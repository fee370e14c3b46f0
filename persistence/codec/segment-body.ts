import type { SegmentBody } from "../../engine/contract/segment.ts";
import { BlobWriter } from "./blob-writer.ts";
import { DenseReader } from "./dense/reader.ts";
import { unpackSegmentBody } from "./packed-segment.ts";
import { unpack } from "./packing.ts";
import { DamagedBytes, unseal } from "./seal.ts";
import { readSegmentContent, writeSegmentContent } from "./segment-content.ts";

/**
 * Version of the bytes of a body, written in front of it. Readers know all older ones: 1 was a list of lists in MessagePack, 2
 * the same as dense data.
 */
export const SEGMENT_BODY_VERSION = 3;
const MESSAGE_PACK_VERSION = 1;

// Used for one body at a time: a writer is large, and a shop begins with a claim of every shard.
const single = new BlobWriter();

/** Adds a segment's sealed body to a blob. `identity` is that of {@link segmentIdentity}. */
export function writeSegmentBody(blob: BlobWriter, identity: string, body: SegmentBody): void {
  blob.add(SEGMENT_BODY_VERSION, identity, body.atMs, body, writeSegmentContent);
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
  if (version === SEGMENT_BODY_VERSION) return readSegmentContent(new DenseReader(content));
  return unpackSegmentBody(
    version === MESSAGE_PACK_VERSION ? unpack(content) : new DenseReader(content).value(),
  );
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
