const DIGITS_MAX = 9;
const ZERO = 0x30;

/** The whole number, of a few digits, that `text` has from `start` to its end; 0 when it has something else there. */
export function serialAt(text: string, start: number): number {
  const { length } = text;
  if (length === start || length - start > DIGITS_MAX || text.charCodeAt(start) === ZERO) return 0;
  let serial = 0;
  for (let index = start; index < length; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return 0;
    serial = serial * 10 + digit;
  }
  return serial;
}
