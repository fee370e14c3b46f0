import { closeSync, openSync, writeSync } from "node:fs";
import type { History } from "./history.ts";
import { HistoryBuilder } from "./history-builder.ts";
import { HISTORY_HEADER, parseHistory, type HistoryEntry } from "./history-entry.ts";
import type { HistorySink } from "./history-recorder.ts";

const LINE_BREAK = 10;

// Larger pieces save calls; the rest goes out before the process does anything else.
const PIECE_CHARACTERS_MAX = 64 * 1024;

/**
 * A history as lines of JSON. Entries of one turn of the event loop go to the kernel together at its end, so that they are
 * there whatever becomes of the shop; only the end of this process within a turn could lose them.
 */
export class HistoryFile implements HistorySink {
  readonly #descriptor: number;
  #piece = "";
  #isScheduled = false;

  /** @throws when the file exists, or cannot be made. */
  constructor(path: string) {
    this.#descriptor = openSync(path, "wx");
    this.#piece = `${HISTORY_HEADER}\n`;
    this.flush();
  }

  add(entry: HistoryEntry): void {
    this.#piece += `${JSON.stringify(entry)}\n`;
    if (this.#piece.length >= PIECE_CHARACTERS_MAX) return this.flush();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Hands everything to the kernel. */
  flush(): void {
    const bytes = Buffer.from(this.#piece);
    this.#piece = "";
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written);
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }
}

/** Reads a history that somebody else is writing: each time what is new, up to the last line that is finished. */
export class HistoryReader {
  readonly path: string;
  readonly #builder = new HistoryBuilder();
  #bytesRead = 0;
  #linesRead = 0;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The history up to now.
   * @throws when it is no history.
   */
  async read(): Promise<History> {
    const bytes = await Bun.file(this.path).slice(this.#bytesRead).bytes();
    const finished = bytes.subarray(0, bytes.lastIndexOf(LINE_BREAK) + 1);
    const lines = new TextDecoder().decode(finished).split("\n").slice(0, -1);
    for (const entry of parseHistory(lines, this.#linesRead)) this.#builder.add(entry);
    this.#bytesRead += finished.length;
    this.#linesRead += lines.length;
    return this.#builder.history();
  }
}
