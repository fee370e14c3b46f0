/** A span of time in the parts that a countdown shows. */
export interface Countdown {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** Splits what is left until a moment; started seconds count whole, so that 0 means over. */
export function countdown(leftMs: number): Countdown {
  const total = Math.max(0, Math.ceil(leftMs / 1000));
  return {
    days: Math.floor(total / 86_400),
    hours: Math.floor(total / 3_600) % 24,
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  };
}

/** What a countdown shows of the time left: nothing is told of days and hours of which none are left. */
export function countdownParts(leftMs: number): readonly (readonly [value: number, unit: string])[] {
  const { days, hours, minutes, seconds } = countdown(leftMs);
  const parts = [
    [days, "days"],
    [hours, "hrs"],
    [minutes, "min"],
    [seconds, "sec"],
  ] as const;
  if (days > 0) return parts;
  return parts.slice(hours > 0 ? 1 : 2);
}

/** A hold's time left as "mm:ss". */
export function clockText(leftMs: number): string {
  const { days, hours, minutes, seconds } = countdown(leftMs);
  return `${twoDigits((days * 24 + hours) * 60 + minutes)}:${twoDigits(seconds)}`;
}

/** A number with at least two digits. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** What is left in words, for people who listen: the two largest parts. */
export function spokenText(leftMs: number): string {
  const { days, hours, minutes, seconds } = countdown(leftMs);
  const parts = [
    [days, "day"],
    [hours, "hour"],
    [minutes, "minute"],
    [seconds, "second"],
  ] as const;
  const said = parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return said.length === 0 ? "no time" : said.join(" and ");
}
