import { isatty } from "node:tty";
import { pino, stdTimeFunctions, type DestinationStream } from "pino";
import { prettyFactory } from "pino-pretty";
import type { Log } from "../../engine/ports/log.ts";
import { loggableFields, oneLine } from "./loggable.ts";
import { STANDARD_OUTPUT, standardOutput } from "./standard-output.ts";

/** How a thread logs. */
export interface LogOptions {
  /** Name of the thread, shown with every record. */
  readonly thread: string;
  /** Records below this level are left out. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** Where records go; standard output when left out. */
  readonly destination?: DestinationStream;
  /** Lines for people in place of JSON; when left out, whether standard output is a terminal. */
  readonly readable?: boolean;
}

/**
 * Makes the log of one thread. A record is one line of JSON, or on a terminal one line for people, and is written before
 * the call returns: neither a signal nor a crash loses it.
 */
export function createLog(options: LogOptions): Log {
  // Workers see no `process.stdout.isTTY`; the file descriptor tells the truth in any thread.
  const readable = options.readable ?? isatty(STANDARD_OUTPUT);
  const colorize = options.destination === undefined && !process.env["NO_COLOR"];
  const destination = options.destination ?? standardOutput;
  const logger = pino(
    {
      level: options.level,
      base: { thread: options.thread },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: loggableFields },
      serializers: { err: (error: unknown) => error },
    },
    readable ? readableLines(destination, colorize) : destination,
  );
  return {
    debug: (fields, message) => logger.debug(fields, oneLine(message)),
    info: (fields, message) => logger.info(fields, oneLine(message)),
    warn: (fields, message) => logger.warn(fields, oneLine(message)),
    error: (fields, message) => logger.error(fields, oneLine(message)),
  };
}

// The prettifier alone, not its stream: a stream hands lines on later, and a crash would lose them.
function readableLines(destination: DestinationStream, colorize: boolean): DestinationStream {
  const prettify = prettyFactory({
    singleLine: true,
    ignore: "thread",
    messageFormat: "[{thread}] {msg}",
    translateTime: "SYS:HH:MM:ss.l",
    colorize,
  });
  return { write: (line) => destination.write(prettify(line)) };
}
