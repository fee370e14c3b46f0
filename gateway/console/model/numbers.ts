const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const SMALL_MAX = 10;
const HUNDRED = 100;
const MS_PER_SECOND = 1_000;
/** Above this the shop does not measure. */
const MEASURED_MS_MAX = 10_000;
const BYTES_PER_MB = 1_000_000;

/** A count or a rate. What is not known is a dash. */
export function numberText(value: number | null): string {
  if (value === null) return "–";
  return (Math.abs(value) < SMALL_MAX ? TENTHS : WHOLE).format(value);
}

/** So many of something, whose plural ends in s. */
export function countedText(count: number, one: string): string {
  return `${numberText(count)} ${one}${count === 1 ? "" : "s"}`;
}

/** A share of one, as a percentage. */
export function shareText(share: number | null): string {
  return share === null ? "–" : `${WHOLE.format(share * HUNDRED)} %`;
}

/** How long something takes. */
export function durationText(ms: number | null): string {
  if (ms === null) return "–";
  if (ms >= MEASURED_MS_MAX) return "10 s or more";
  return ms < MS_PER_SECOND ? `${numberText(ms)} ms` : `${TENTHS.format(ms / MS_PER_SECOND)} s`;
}

/** Memory. */
export function bytesText(bytes: number): string {
  return `${WHOLE.format(bytes / BYTES_PER_MB)} MB`;
}

/** A moment, in the time of whoever looks. */
export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}
