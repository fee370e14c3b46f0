/** What stands where nothing was measured. */
export const UNKNOWN = "–";

// Making a format costs far more than using it.
const formats = new Map<string, Intl.NumberFormat>();

/** A number as people read it, with so many digits behind the point at most. */
export function figure(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return UNKNOWN;
  return formatOf(0, digits).format(value);
}

/** The same with all digits, so that columns line up. */
export function aligned(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return UNKNOWN;
  return formatOf(digits, digits).format(value);
}

/** How much of a whole, in percent. */
export function share(part: number, whole: number): string {
  return whole === 0 ? UNKNOWN : `${figure((100 * part) / whole, 2)} %`;
}

/** Memory as it is sold. */
export function gigabytes(bytes: number): string {
  return `${figure(bytes / 2 ** 30, 1)} GB`;
}

function formatOf(minimumFractionDigits: number, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${minimumFractionDigits} ${maximumFractionDigits}`;
  const format =
    formats.get(key) ?? new Intl.NumberFormat("en", { minimumFractionDigits, maximumFractionDigits });
  formats.set(key, format);
  return format;
}
