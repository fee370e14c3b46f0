/** What was thrown, as an error that says so. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
