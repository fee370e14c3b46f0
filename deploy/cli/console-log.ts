import type { Log, LogFields } from "../../engine/ports/log.ts";

/** The log of a command that ends soon: only what the person in front of it should know, on stderr. */
export const consoleLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: write,
  error: write,
};

function write({ err }: LogFields, message: string): void {
  const reason = err instanceof Error ? `: ${err.message}` : "";
  process.stderr.write(`${message}${reason}\n`);
}
