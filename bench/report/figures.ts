/** What stands where nothing was measured. */
export const UNKNOWN = "–";

/** A number as people read it, with so many digits behind the point at most. */
export function figure(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return UNKNOWN;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

/** The same with all digits, so that columns line up. */
export function aligned(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return UNKNOWN;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** How much of a whole, in percent. */
export function share(part: number, whole: number): string {
  return whole === 0 ? UNKNOWN : `${figure((100 * part) / whole, 2)} %`;
}

/** Memory as it is sold. */
export function gigabytes(bytes: number): string {
  return `${figure(bytes / 2 ** 30, 1)} GB`;
}
