import { InvariantBroken } from "../../../engine/contract/assert.ts";
import type { Data } from "../../../engine/contract/data.ts";
import { FINGERPRINT_BYTES } from "./base36.ts";
import { RecentTexts } from "./recent-texts.ts";
import { SHAPES, type Shape } from "./shapes.ts";
import { FIRST_SHAPE, SERIALS, SHORT_WORDS, TAG } from "./tags.ts";
import { readUuid } from "./uuid.ts";
import { WORDS } from "./words.ts";

const UUID_BYTES = 16;
const FLOAT_BYTES = 8;

/** Reads one document of a `DenseWriter`. The bytes must be those that were written: a checksum has vouched for them. */
export class DenseReader {
  readonly #bytes: Buffer;
  readonly #baseMs: number;
  readonly #recent = new RecentTexts();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#baseMs = this.count();
  }

  /** The next value. */
  value(): Data {
    const tag = this.#byte();
    if (tag < TAG.shortWord) return tag;
    if (tag >= TAG.shortRecord && tag < TAG.shortList) return this.#record(tag - TAG.shortRecord);
    if (tag >= TAG.shortList && tag < TAG.shortText) return this.#list(tag - TAG.shortList);
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.number:
        return this.count();
      case TAG.negative:
        return -this.count();
      case TAG.afterBase:
        return this.#baseMs + this.count();
      case TAG.beforeBase:
        return this.#baseMs - this.count();
      case TAG.float:
        return this.#float();
      case TAG.record:
        return this.#record(this.count());
      case TAG.list:
        return this.#list(this.count());
      case TAG.longWord:
        return this.#longWord();
      default:
        return this.#textOf(tag);
    }
  }

  /** A whole number without a tag: seven bits a byte, the lowest first. */
  count(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  /** The time that the document's times are written as distances to, milliseconds since the epoch. */
  get baseMs(): number {
    return this.#baseMs;
  }

  /** A whole number of 64 bits in base 36. */
  fingerprint(): string {
    return this.#bytes.readBigUInt64LE(this.#take(FINGERPRINT_BYTES)).toString(36);
  }

  /** A text. */
  text(): string {
    return this.#textOf(this.#byte());
  }

  #longWord(): Data {
    const byte = this.#byte();
    return byte < FIRST_SHAPE ? (WORDS[byte + SHORT_WORDS] as string) : this.#shaped(byte - FIRST_SHAPE);
  }

  #shaped(number: number): { readonly [field: string]: Data } {
    const { type, fields } = SHAPES[number] as Shape;
    const record: Record<string, Data> = type === "" ? {} : { type };
    for (const name of fields) record[name] = this.value();
    return record;
  }

  #record(fields: number): { readonly [field: string]: Data } {
    const record: Record<string, Data> = {};
    for (let field = 0; field < fields; field += 1) {
      const name = this.#textOf(this.#byte());
      const value = this.value();
      if (name === "__proto__") defineField(record, name, value);
      else record[name] = value;
    }
    return record;
  }

  #list(length: number): readonly Data[] {
    const list: Data[] = [];
    for (let index = 0; index < length; index += 1) list.push(this.value());
    return list;
  }

  #float(): number {
    return this.#bytes.readDoubleLE(this.#take(FLOAT_BYTES));
  }

  #textOf(tag: number): string {
    if (tag < TAG.recent) return WORDS[tag - TAG.shortWord] as string;
    if (tag < TAG.shortRecord) return this.#recent.at(tag - TAG.recent);
    if (tag === TAG.longWord) return WORDS[this.#byte() + SHORT_WORDS] as string;
    const text = this.#newText(tag);
    this.#recent.add(text);
    return text;
  }

  #newText(tag: number): string {
    switch (tag) {
      case TAG.uuid:
        return this.#uuid();
      case TAG.extended: {
        const start = this.#recent.at(this.#byte());
        return start + this.#extension();
      }
      case TAG.extendedUuid: {
        const start = this.#uuid();
        this.#recent.add(start);
        return start + this.#extension();
      }
      default:
        return this.#plainText(tag);
    }
  }

  #extension(): string {
    const tag = this.#byte();
    return tag < SERIALS.length ? SERIALS.charAt(tag) + this.count() : this.#plainText(tag);
  }

  #plainText(tag: number): string {
    if (tag >= TAG.shortText && tag < TAG.null) return this.#ascii(tag - TAG.shortText);
    if (tag === TAG.ascii) return this.#ascii(this.count());
    if (tag !== TAG.utf8) throw new InvariantBroken(`tag ${tag} does not begin a text`);
    const start = this.#take(this.count());
    return this.#bytes.toString("utf8", start, this.#at);
  }

  #ascii(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString("latin1", start, this.#at);
  }

  #uuid(): string {
    return readUuid(this.#bytes, this.#take(UUID_BYTES));
  }

  /** Steps over `length` bytes. Returns where they begin. */
  #take(length: number): number {
    const start = this.#at;
    this.#at += length;
    return start;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new InvariantBroken("a document ends before its last value");
    this.#at += 1;
    return byte;
  }
}

/** Sets a field whose name means something else in an assignment. */
function defineField(record: Record<string, Data>, name: string, value: Data): void {
  Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
}
