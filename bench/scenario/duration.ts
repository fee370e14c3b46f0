import { z } from "zod";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
// Nobody writes less; what is left beyond it comes from multiplying fractions, so that 4.35m would not be 261 s.
const NANOSECONDS_PER_MS = 1_000_000;
const PART = /^(\d+(?:\.\d+)?)(ms|s|m|h)/;

/** Reads a duration such as `250ms`, `10s` or `1m30s`; milliseconds, undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  let rest = text;
  let sumMs = 0;
  while (rest !== "") {
    const [whole, amount, unit = ""] = PART.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    sumMs += Number(amount) * (UNIT_MS[unit] ?? 0);
    rest = rest.slice(whole.length);
  }
  return text === "" ? undefined : Math.round(sumMs * NANOSECONDS_PER_MS) / NANOSECONDS_PER_MS;
}

/** The shape of a duration up to `maxMs`; gives milliseconds. */
export function durationMs(maxMs: number) {
  return z.string("must be a duration such as 250ms, 10s or 1m30s").transform((written, context) => {
    const ms = parseDuration(written);
    if (ms !== undefined && ms <= maxMs) return ms;
    context.addIssue(
      ms === undefined
        ? "must be a duration such as 250ms, 10s or 1m30s"
        : `must be at most ${maxMs / 1_000}s`,
    );
    return z.NEVER;
  });
}
