import { UUID_LENGTH } from "./tags.ts";

const HYPHEN = 0x2d;
const NONE = 0xff;
// The value of each lower-case hexadecimal digit by its character; capital letters would not come back as they were.
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return digit < 0 ? NONE : digit;
});
// Where the pairs of digits begin: 8-4-4-4-12.
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const LETTERS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const scratch = Buffer.alloc(UUID_LENGTH, "-");

/** Writes the UUID that `text` begins with as sixteen bytes. Returns false, and leaves any bytes there, when it does not begin with one. */
export function writeUuid(text: string, target: Uint8Array, offset: number): boolean {
  if (text.length < UUID_LENGTH || text.charCodeAt(8) !== HYPHEN || text.charCodeAt(13) !== HYPHEN)
    return false;
  if (text.charCodeAt(18) !== HYPHEN || text.charCodeAt(23) !== HYPHEN) return false;
  for (let index = 0; index < PAIRS.length; index += 1) {
    const at = PAIRS[index] as number;
    const high = DIGITS[text.charCodeAt(at)] ?? NONE;
    const low = DIGITS[text.charCodeAt(at + 1)] ?? NONE;
    if ((high | low) > 15) return false;
    target[offset + index] = (high << 4) | low;
  }
  return true;
}

/** The text of the UUID at `offset`. */
export function readUuid(bytes: Uint8Array, offset: number): string {
  for (let index = 0; index < PAIRS.length; index += 1) {
    const at = PAIRS[index] as number;
    const byte = bytes[offset + index] as number;
    scratch[at] = LETTERS[byte >> 4] as number;
    scratch[at + 1] = LETTERS[byte & 15] as number;
  }
  return scratch.toString("latin1");
}
