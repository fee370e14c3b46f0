import type { Log, LogFields } from "../ports/log.ts";

/** Writes nowhere and keeps warnings and errors. */
export class CollectingLog implements Log {
  readonly warnings: string[] = [];
  readonly errors: string[] = [];

  debug(): void {}

  info(_fields: LogFields, _message: string): void {}

  warn(_fields: LogFields, message: string): void {
    this.warnings.push(message);
  }

  error(_fields: LogFields, message: string): void {
    this.errors.push(message);
  }
}
