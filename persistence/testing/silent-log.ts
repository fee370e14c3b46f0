import type { Log, LogFields } from "../../engine/ports/log.ts";

/** A log that nobody reads. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A log that keeps its error records for a test to look at. */
export function recordingLog(): Log & { readonly errors: readonly string[] } {
  const errors: string[] = [];
  return {
    ...silentLog,
    errors,
    error(_fields: LogFields, message: string) {
      errors.push(message);
    },
  };
}
