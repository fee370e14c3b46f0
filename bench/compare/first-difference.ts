/** Where two values first differ, and what they have there. */
export interface Difference {
  /** Such as `phases[1].toRate`; empty when they differ as a whole. */
  readonly path: string;
  readonly one: unknown;
  readonly other: unknown;
}

/** Compares two values as JSON would write them, field by field; undefined when they are the same. */
export function firstDifference(one: unknown, other: unknown, path = ""): Difference | undefined {
  if (Object.is(one, other)) return undefined;
  if (!isComposite(one) || !isComposite(other) || Array.isArray(one) !== Array.isArray(other))
    return { path, one, other };
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const place = Array.isArray(one) ? `${path}[${key}]` : `${path}${path === "" ? "" : "."}${key}`;
    const found = firstDifference(one[key], other[key], place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
