import { pack, unpack } from "./packing.ts";
import { DamagedBytes, seal, unseal } from "./seal.ts";

/** A segment as it is stored, its body sealed for its shard and commit. */
export interface StoredSegment {
  readonly seq: number;
  readonly epoch: number;
  readonly batchId: string;
  readonly body: Uint8Array;
}

/** The segments of one shard that a block holds, both ends included. */
export interface BlockRange {
  readonly shard: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Version of the bytes of a block, written in front of it. */
export const ARCHIVE_BLOCK_VERSION = 1;

type PackedSegment = readonly [epoch: number, batchId: string, body: Uint8Array];

/** The sealed, compressed bytes of a block. `segments` are those of the range, in order and without gaps. */
export function encodeArchiveBlock(range: BlockRange, segments: readonly StoredSegment[]): Uint8Array {
  const packed = segments.map(({ epoch, batchId, body }): PackedSegment => [epoch, batchId, body]);
  return seal(ARCHIVE_BLOCK_VERSION, Bun.zstdCompressSync(pack(packed)), blockIdentity(range));
}

/** Reads {@link encodeArchiveBlock}. Bodies are still sealed. @throws {DamagedBytes} */
export function decodeArchiveBlock(sealed: Uint8Array, range: BlockRange): readonly StoredSegment[] {
  const identity = blockIdentity(range);
  const { version, content } = unseal(sealed, identity);
  if (version > ARCHIVE_BLOCK_VERSION)
    throw new DamagedBytes(`${identity} has format ${version}, which this release does not know`);
  const packed = unpack(Bun.zstdDecompressSync(content)) as readonly PackedSegment[];
  return packed.map(([epoch, batchId, body], index) => {
    return { seq: range.firstSeq + index, epoch, batchId, body };
  });
}

function blockIdentity({ shard, firstSeq, lastSeq }: BlockRange): string {
  return `archive block of shard ${shard}, segments ${firstSeq} to ${lastSeq}`;
}
