import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { BackupDamaged, BEGINNING, FORMAT_VERSION, MAGIC, PART, PART_BYTES_MAX } from "./backup-format.ts";
import type { BackupHeader, BackupTable, BackupTrailer, TableFigures } from "./backup-format.ts";
import { CopyRows } from "./copy-rows.ts";
import { headerOf, tableOf, tableFiguresOf, trailerOf } from "./part-documents.ts";
import { PART_HEAD_BYTES, partChecksum, readPartHead } from "./part-head.ts";

/** What a backup has next. */
export type BackupPart =
  | { readonly type: "table"; readonly table: BackupTable }
  | { readonly type: "rows"; readonly bytes: Uint8Array }
  | { readonly type: "tableEnd"; readonly figures: TableFigures }
  | { readonly type: "trailer"; readonly trailer: BackupTrailer };

/** Reads a backup file, once, and notices whatever is not as it was written. */
export class BackupReader {
  readonly header: BackupHeader;
  readonly #source: Source;

  private constructor(header: BackupHeader, source: Source) {
    this.header = header;
    this.#source = source;
  }

  /**
   * Reads what the file begins with.
   * @throws {BackupDamaged} when it is no backup, or one of a newer format.
   */
  static async open(path: string): Promise<BackupReader> {
    const source = new Source(await opened(path));
    try {
      await readBeginning(source);
      const part = await source.part();
      if (part.kind !== PART.header) throw misplaced();
      return new BackupReader(headerOf(part.content), source);
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** Bytes of the file that have been read. */
  get bytes(): number {
    return this.#source.bytes;
  }

  /**
   * All parts, in order; the last one is the trailer.
   * @throws {BackupDamaged} when one is damaged, missing or at the wrong place: those before it were sound.
   */
  async *parts(): AsyncGenerator<BackupPart> {
    const tables: TableFigures[] = [];
    let table: { readonly name: string; readonly rows: CopyRows; bytes: number } | undefined;
    for (;;) {
      const sha256 = this.#source.digest();
      const { kind, content } = await this.#source.part();
      if (kind === PART.table && table === undefined) {
        const read = tableOf(content);
        table = { name: read.name, rows: new CopyRows(), bytes: 0 };
        yield { type: "table", table: read };
      } else if (kind === PART.rows && table !== undefined) {
        const bytes = await decompressed(content);
        table.rows.take(bytes);
        table.bytes += bytes.length;
        yield { type: "rows", bytes };
      } else if (kind === PART.tableEnd && table !== undefined) {
        const figures = { name: table.name, rows: table.rows.finish(), bytes: table.bytes };
        assertSame(tableFiguresOf(content), figures, `the rows of table ${table.name}`);
        tables.push(figures);
        table = undefined;
        yield { type: "tableEnd", figures };
      } else if (kind === PART.trailer && table === undefined) {
        const trailer = trailerOf(content);
        assertSame(trailer.tables, tables, "its tables");
        if (trailer.sha256 !== sha256) throw new BackupDamaged("the checksum over all of it is wrong");
        await this.#source.assertEnd();
        yield { type: "trailer", trailer };
        return;
      } else throw misplaced();
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** The bytes of a file, in the order in which they are. */
class Source {
  readonly #file: FileHandle;
  readonly #hash = new Bun.CryptoHasher("sha256");
  bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** SHA-256 of all that has been read. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  /** As many of the next bytes as there are. */
  async take(length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, this.bytes + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.bytes += filled;
    const taken = bytes.subarray(0, filled);
    this.#hash.update(taken);
    return taken;
  }

  async part(): Promise<{ readonly kind: number; readonly content: Buffer }> {
    const at = this.bytes;
    const head = await this.take(PART_HEAD_BYTES);
    if (head.length < PART_HEAD_BYTES) throw cutOff(this.bytes);
    const { kind, length, checksum } = readPartHead(head);
    if (length > PART_BYTES_MAX) throw new BackupDamaged(`it is damaged at byte ${at}`);
    // Before memory is taken for it: the length itself may be what is damaged.
    const { size } = await this.#file.stat();
    if (size < this.bytes + length) throw cutOff(size);
    const content = await this.take(length);
    if (partChecksum(kind, content, FORMAT_VERSION) !== checksum)
      throw new BackupDamaged(`it is damaged between bytes ${at} and ${this.bytes}: a checksum is wrong`);
    return { kind, content };
  }

  async assertEnd(): Promise<void> {
    if ((await this.take(1)).length > 0) throw new BackupDamaged("something follows behind its end");
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new BackupDamaged(`it cannot be read (${code})`, { cause: error });
  }
}

async function readBeginning(source: Source): Promise<void> {
  const beginning = await source.take(BEGINNING.length).catch((error: unknown) => {
    throw new BackupDamaged("it cannot be read: it is no file", { cause: error });
  });
  if (beginning.equals(BEGINNING)) return;
  const text = beginning.toString("latin1");
  if (beginning.length < BEGINNING.length && BEGINNING.toString("latin1").startsWith(text))
    throw cutOff(beginning.length);
  const [, version] = /^STAMPEDE BACKUP (\d+)/.exec(text) ?? [];
  if (text.startsWith(MAGIC) && version !== undefined)
    throw new BackupDamaged(
      `it has format ${version}, and this release reads format ${FORMAT_VERSION}: use the release that made it`,
    );
  throw new BackupDamaged("it is no backup of a shop");
}

async function decompressed(content: Uint8Array): Promise<Uint8Array> {
  try {
    return await Bun.zstdDecompress(content);
  } catch (error) {
    throw new BackupDamaged("rows in it cannot be decompressed", { cause: error });
  }
}

function assertSame(said: unknown, found: unknown, what: string): void {
  if (!Bun.deepEquals(said, found)) throw new BackupDamaged(`${what} are not those that were written`);
}

function cutOff(bytes: number): BackupDamaged {
  return new BackupDamaged(`it is cut off: it ends after ${bytes} bytes, before its end was written`);
}

function misplaced(): BackupDamaged {
  return new BackupDamaged("its parts are not in their order");
}
