const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Tells whether a text is written as a date with a time and its zone, such as `2026-01-31T18:00Z`. */
export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text);
}

/** The moment of a date, with a time or without; undefined when there is none. Milliseconds since the epoch. */
export function existingTimeMs(text: string): number | undefined {
  const day = text.slice(0, 10);
  // Some days that do not exist are read as the next month's first ones.
  const exists = Number.isFinite(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  const atMs = Date.parse(text);
  return exists && Number.isFinite(atMs) ? atMs : undefined;
}
