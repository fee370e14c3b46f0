/** Bytes of a number of 64 bits. */
export const FINGERPRINT_BYTES = 8;

const DIGITS_MAX = 13;
const TWO_32 = 2 ** 32;
const NONE = 36;
const ZERO = 0x30;
// The value of each digit by its character; capital letters would not come back as they were.
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = "0123456789abcdefghijklmnopqrstuvwxyz".indexOf(String.fromCharCode(code));
  return value < 0 ? NONE : value;
});

/**
 * Writes a whole number below 2⁶⁴ in base 36 as eight bytes at `offset`, the lowest first. Returns false when `text` is not
 * exactly what such a number looks like.
 */
export function writeBase36(text: string, target: DataView, offset: number): boolean {
  const { length } = text;
  if (length === 0 || length > DIGITS_MAX || (text.charCodeAt(0) === ZERO && length > 1)) return false;
  let low = 0;
  let high = 0;
  for (let index = 0; index < length; index += 1) {
    const digit = VALUES[text.charCodeAt(index)] ?? NONE;
    if (digit === NONE) return false;
    const sum = low * 36 + digit;
    high = high * 36 + Math.floor(sum / TWO_32);
    low = sum % TWO_32;
  }
  if (high >= TWO_32) return false;
  target.setUint32(offset, low, true);
  target.setUint32(offset + 4, high, true);
  return true;
}
