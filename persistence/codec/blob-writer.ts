import { DenseWriter } from "./dense/writer.ts";
import { checksumOf, SEAL_BYTES } from "./seal.ts";

/** Several byte strings sent as one parameter: one is cheaper to send and to parse than an array of them. */
export interface Blob {
  readonly bytes: Uint8Array;
  /** Where each part starts, counted from 1 as SQL does. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/** Puts sealed documents one behind the other into a buffer that it uses again for the next blob. */
export class BlobWriter {
  readonly #writer = new DenseWriter();
  #starts: number[] = [];
  #lengths: number[] = [];

  /** Adds one part: what `write` makes of `content`, its times as distances to `baseMs`, sealed for `identity`. */
  add<Content>(
    version: number,
    identity: string,
    baseMs: number,
    content: Content,
    write: (writer: DenseWriter, content: Content) => void,
  ): void {
    const writer = this.#writer;
    const start = writer.skip(SEAL_BYTES);
    writer.begin(baseMs);
    write(writer, content);
    writer.setUint8(start, version);
    writer.setUint32(start + 1, checksumOf(writer.since(start + SEAL_BYTES), version, identity));
    this.#starts.push(start + 1);
    this.#lengths.push(writer.length - start);
  }

  /** Begins a blob without parts; also after one that was given up half way. */
  reset(): void {
    this.#writer.reset();
    this.#starts = [];
    this.#lengths = [];
  }

  /** The parts that were added since {@link reset}. */
  blob(): Blob {
    return { bytes: this.#writer.copy(), starts: this.#starts, lengths: this.#lengths };
  }
}
