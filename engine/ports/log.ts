/** Structured log. Fields are allow-listed by what callers pass: ids, codes and counts; never names, addresses or tokens. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Fields of one log record. `err` is an Error. */
export type LogFields = Readonly<Record<string, unknown>>;
