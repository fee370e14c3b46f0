import { BackupDamaged } from "./backup-format.ts";

// See "Binary Format" of COPY in the documentation of Postgres.
const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const HEADER_BYTES = SIGNATURE.length + 8;
const NULL_LENGTH = -1;
const END_OF_ROWS = -1;

/** Counts the rows of a table as COPY sends them in binary format, however its bytes are cut. */
export class CopyRows {
  #rows = 0;
  #isOver = false;
  /** Fields of the row that are still to come. */
  #fields = 0;
  /** Bytes that belong to the header or a field, and are of no interest. */
  #skip = 0;
  #hasHeader = false;
  /** The beginning of a number, or of the header, whose rest comes with the next bytes. */
  #rest: Uint8Array = new Uint8Array(0);

  /** @throws {BackupDamaged} when these are no rows. */
  take(bytes: Uint8Array): void {
    const joined = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const view = new DataView(joined.buffer, joined.byteOffset, joined.byteLength);
    let at = 0;
    for (;;) {
      const skipped = Math.min(this.#skip, joined.length - at);
      at += skipped;
      this.#skip -= skipped;
      const wanted = this.#wantedBytes();
      if (this.#skip > 0 || joined.length - at < wanted) break;
      if (this.#isOver) {
        if (at < joined.length) throw noRows();
        break;
      }
      if (!this.#hasHeader) this.#takeHeader(joined.subarray(at, at + wanted), view.getUint32(at + 15));
      else if (this.#fields === 0) this.#takeRow(view.getInt16(at));
      else this.#takeField(view.getInt32(at));
      at += wanted;
    }
    this.#rest = joined.slice(at);
  }

  /**
   * How many there were.
   * @throws {BackupDamaged} when their end is missing.
   */
  finish(): number {
    if (!this.#isOver || this.#rest.length > 0) throw noRows();
    return this.#rows;
  }

  #wantedBytes(): number {
    if (this.#isOver) return 0;
    if (!this.#hasHeader) return HEADER_BYTES;
    return this.#fields === 0 ? 2 : 4;
  }

  #takeHeader(header: Uint8Array, extensionBytes: number): void {
    if (Buffer.compare(header.subarray(0, SIGNATURE.length), SIGNATURE) !== 0) throw noRows();
    this.#hasHeader = true;
    this.#skip = extensionBytes;
  }

  #takeRow(fields: number): void {
    if (fields === END_OF_ROWS) this.#isOver = true;
    else if (fields <= 0) throw noRows();
    else {
      this.#fields = fields;
      this.#rows += 1;
    }
  }

  #takeField(length: number): void {
    if (length < NULL_LENGTH) throw noRows();
    this.#fields -= 1;
    this.#skip = Math.max(length, 0);
  }
}

function noRows(): BackupDamaged {
  return new BackupDamaged("what it has for rows of a table is none");
}
