/** Bytes that a seal puts in front of the content: format version (1), checksum (4, little-endian). */
export const SEAL_BYTES = 5;

/** The stored bytes are not what was written: a fault of the disk, or a format from a newer release. */
export class DamagedBytes extends Error {
  override readonly name = "DamagedBytes";
}

/** A sealed copy of `content`. */
export function seal(version: number, content: Uint8Array, identity: string): Uint8Array {
  const sealed = new Uint8Array(SEAL_BYTES + content.length);
  sealed[0] = version;
  new DataView(sealed.buffer).setUint32(1, checksumOf(content, version, identity), true);
  sealed.set(content, SEAL_BYTES);
  return sealed;
}

/** What a seal was around. */
export interface Unsealed {
  readonly version: number;
  readonly content: Uint8Array;
}

/**
 * Checks the seal of stored bytes. `identity` names the row they were read from: bytes of another row do not pass.
 * @throws {DamagedBytes}
 */
export function unseal(sealed: Uint8Array, identity: string): Unsealed {
  const [version, b0, b1, b2, b3] = sealed;
  if (version === undefined || b0 === undefined || b1 === undefined || b2 === undefined || b3 === undefined)
    throw new DamagedBytes(`${identity} is damaged: only ${sealed.length} bytes are left`);
  const stored = (b0 | (b1 << 8) | (b2 << 16) | (b3 << 24)) >>> 0;
  const content = sealed.subarray(SEAL_BYTES);
  if (stored !== checksumOf(content, version, identity))
    throw new DamagedBytes(`${identity} is damaged: its checksum is wrong`);
  return { version, content };
}

/** The checksum of a seal: xxHash32 over the content, begun with that of the version and the identity. */
export function checksumOf(content: Uint8Array, version: number, identity: string): number {
  return Bun.hash.xxHash32(content, Bun.hash.xxHash32(identity, version));
}
