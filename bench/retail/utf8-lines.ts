import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { SourceError } from "./source-error.ts";

/** Longest line that is read, bytes: a whole catalogue may be one line of JSON, but nothing shall fill the memory. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

const NEW_LINE = 0x0a;
const GZIP_MAGIC = [0x1f, 0x8b];
/** Workbooks of spreadsheet programs are zip files. */
const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];

/**
 * Reads a text file, packed with gzip or not, in pieces of whole lines.
 * @throws {SourceError} when it is missing, empty or a workbook, its gzip data is damaged, or a line is not UTF-8 (the line is named).
 */
export async function* readUtf8Lines(path: string): AsyncGenerator<string> {
  const decoder = new LineDecoder(path);
  try {
    for await (const chunk of await openBytes(path)) {
      const text = decoder.decode(chunk as Uint8Array);
      if (text !== "") yield text;
    }
  } catch (error) {
    throw describeReadFault(path, error);
  }
  const rest = decoder.end();
  if (rest !== "") yield rest;
}

/**
 * The text of a whole file.
 * @throws {SourceError} when there is none, or a line is not UTF-8 (the line is named).
 */
export function utf8Text(path: string, bytes: Uint8Array): string {
  const decoder = new LineDecoder(path);
  return decoder.decode(bytes) + decoder.end();
}

async function openBytes(path: string): Promise<AsyncIterable<unknown>> {
  const head = await Bun.file(path).slice(0, ZIP_MAGIC.length).bytes();
  const isOf = (magic: readonly number[]): boolean => magic.every((byte, index) => head[index] === byte);
  if (isOf(ZIP_MAGIC)) {
    const detail = "this is a workbook, or another zip file: save its sheet as CSV, with UTF-8";
    throw new SourceError(path, [{ detail }]);
  }
  const bytes = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!isOf(GZIP_MAGIC)) return bytes;
  const unpacked = createGunzip();
  bytes.once("error", (error) => unpacked.destroy(error));
  unpacked.once("close", () => bytes.destroy());
  return bytes.pipe(unpacked);
}

/** Decodes whole lines only: a line end is never part of a longer UTF-8 sequence, so no sequence is cut. */
class LineDecoder {
  readonly #path: string;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** The beginning of a line whose end has not come yet. */
  #carry: Uint8Array[] = [];
  #carryBytes = 0;
  #linesBefore = 0;
  #isEmpty = true;

  constructor(path: string) {
    this.#path = path;
  }

  decode(chunk: Uint8Array): string {
    const end = chunk.lastIndexOf(NEW_LINE) + 1;
    if (end === 0) {
      this.#keep(chunk);
      return "";
    }
    const ready = Buffer.concat([...this.#carry, chunk.subarray(0, end)]);
    this.#carry = [];
    this.#carryBytes = 0;
    this.#keep(chunk.subarray(end));
    const text = this.#text(ready);
    this.#linesBefore += countLines(ready);
    return text;
  }

  end(): string {
    const text = this.#text(Buffer.concat(this.#carry));
    if (this.#isEmpty) throw new SourceError(this.#path, [{ detail: "the file is empty" }]);
    return text;
  }

  #keep(bytes: Uint8Array): void {
    this.#carry.push(Uint8Array.from(bytes));
    this.#carryBytes += bytes.length;
    if (this.#carryBytes > LINE_BYTES_MAX) {
      throw this.#fault(this.#linesBefore + 1, `the line is longer than ${LINE_BYTES_MAX} bytes`);
    }
  }

  #text(bytes: Uint8Array): string {
    if (bytes.length > 0) this.#isEmpty = false;
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw this.#fault(
        this.#linesBefore + this.#firstBadLine(bytes),
        "the text is not UTF-8; save the file in that encoding",
      );
    }
  }

  #firstBadLine(bytes: Uint8Array): number {
    let line = 1;
    for (let start = 0; start < bytes.length; line += 1) {
      const end = bytes.indexOf(NEW_LINE, start) + 1 || bytes.length;
      try {
        this.#decoder.decode(bytes.subarray(start, end));
      } catch {
        return line;
      }
      start = end;
    }
    return line;
  }

  #fault(line: number, detail: string): SourceError {
    return new SourceError(this.#path, [{ line, detail }]);
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEW_LINE); at >= 0; at = bytes.indexOf(NEW_LINE, at + 1)) count += 1;
  return count;
}

/** Says what cannot be read; faults of the program itself stay as they are. */
function describeReadFault(path: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return new SourceError(path, [{ detail: "there is no such file" }]);
  if (code === "EISDIR") return new SourceError(path, [{ detail: "this is a directory, not a file" }]);
  if (code === "EACCES") return new SourceError(path, [{ detail: "the file may not be read" }]);
  if (code === "Z_BUF_ERROR") return new SourceError(path, [{ detail: "the gzip data ends early" }]);
  if (code.startsWith("Z_")) return new SourceError(path, [{ detail: "the gzip data is damaged" }]);
  return error;
}
