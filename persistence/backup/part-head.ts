import { checksumOf } from "../codec/seal.ts";

/** Bytes in front of each part: its kind (1), its length (4, little-endian) and its checksum (4, little-endian). */
export const PART_HEAD_BYTES = 9;

/** What the head of a part says. */
export interface PartHead {
  readonly kind: number;
  readonly length: number;
  readonly checksum: number;
}

export function partHead(kind: number, content: Uint8Array, version: number): Uint8Array {
  const head = Buffer.alloc(PART_HEAD_BYTES);
  head.writeUInt8(kind, 0);
  head.writeUInt32LE(content.length, 1);
  head.writeUInt32LE(partChecksum(kind, content, version), 5);
  return head;
}

export function readPartHead(head: Buffer): PartHead {
  return { kind: head.readUInt8(0), length: head.readUInt32LE(1), checksum: head.readUInt32LE(5) };
}

/** The checksum of a part: bytes of another kind of part do not pass. */
export function partChecksum(kind: number, content: Uint8Array, version: number): number {
  return checksumOf(content, version, `backup part ${kind} ${content.length}`);
}
