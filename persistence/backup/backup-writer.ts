import { BEGINNING, CHUNK_BYTES, FORMAT_VERSION, PART } from "./backup-format.ts";
import type { BackupHeader, BackupTable, BackupTrailer, TableFigures } from "./backup-format.ts";
import { CopyRows } from "./copy-rows.ts";
import type { NewFile } from "./new-file.ts";
import { partHead } from "./part-head.ts";

const COMPRESSION_LEVEL = 3;

/** Writes a backup, part by part: each compressed or short, with a checksum of its own, and one over all of them at the end. */
export class BackupWriter {
  readonly #file: NewFile;
  readonly #hash = new Bun.CryptoHasher("sha256");
  readonly #tables: TableFigures[] = [];
  #bytes = 0;

  private constructor(file: NewFile) {
    this.#file = file;
  }

  static async begin(file: NewFile, header: BackupHeader): Promise<BackupWriter> {
    const writer = new BackupWriter(file);
    writer.#hash.update(BEGINNING);
    await writer.#write(BEGINNING);
    await writer.#part(PART.header, json(header));
    return writer;
  }

  /** Bytes of the file so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes a table, whose rows come in any pieces through the sink that `fill` gets. */
  async table(
    table: BackupTable,
    fill: (take: (bytes: Uint8Array) => Promise<void> | undefined) => Promise<void>,
  ): Promise<TableFigures> {
    await this.#part(PART.table, json(table));
    const rows = new CopyRows();
    let bytes = 0;
    let pieces: Uint8Array[] = [];
    let held = 0;
    const store = async (): Promise<void> => {
      const chunk = Buffer.concat(pieces);
      pieces = [];
      held = 0;
      rows.take(chunk);
      await this.#part(PART.rows, await Bun.zstdCompress(chunk, { level: COMPRESSION_LEVEL }));
    };
    await fill((piece) => {
      // Rows are many and short: no promise for most of them.
      pieces.push(piece);
      held += piece.length;
      bytes += piece.length;
      return held < CHUNK_BYTES ? undefined : store();
    });
    if (held > 0) await store();
    const figures = { name: table.name, rows: rows.finish(), bytes };
    this.#tables.push(figures);
    await this.#part(PART.tableEnd, json(figures));
    return figures;
  }

  /** Ends the file, which is on the disk then. */
  async finish(finishedAt: string): Promise<BackupTrailer> {
    const trailer = { finishedAt, tables: this.#tables, sha256: this.#hash.digest("hex") };
    await this.#write(...sealed(PART.trailer, json(trailer)));
    await this.#file.finish();
    return trailer;
  }

  async #part(kind: number, content: Uint8Array): Promise<void> {
    const pieces = sealed(kind, content);
    for (const piece of pieces) this.#hash.update(piece);
    await this.#write(...pieces);
  }

  async #write(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      await this.#file.write(piece);
      this.#bytes += piece.length;
    }
  }
}

function sealed(kind: number, content: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return [partHead(kind, content, FORMAT_VERSION), content];
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
