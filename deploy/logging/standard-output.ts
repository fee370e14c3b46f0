import { writeSync } from "node:fs";
import type { DestinationStream } from "pino";

/** Its number, in every thread of the process. */
export const STANDARD_OUTPUT = 1;

const FULL_PIPE_PAUSE_MS = 5;

/**
 * Standard output as a place for records: each is written before the call returns. What it cannot take is lost, since a shop is not to
 * end because of a full disk below its log, a terminal that was closed, or a reader that is gone.
 */
export const standardOutput: DestinationStream = {
  write(text) {
    let left = Buffer.from(text);
    try {
      while (left.length > 0) left = left.subarray(writeSome(left));
    } catch {
      // Nobody could be told but by a record.
    }
  },
};

/** Returns how many bytes were taken. A pipe whose reader is slow may take none at the moment. */
function writeSome(bytes: Buffer): number {
  try {
    return writeSync(STANDARD_OUTPUT, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    Bun.sleepSync(FULL_PIPE_PAUSE_MS);
    return 0;
  }
}
