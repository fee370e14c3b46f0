import { InvariantBroken } from "../../../engine/contract/assert.ts";
import { NamePath } from "./name-paths.ts";
import { FINGERPRINT_BYTES, writeBase36 } from "./base36.ts";
import { assertPlain } from "./plain-record.ts";
import { EXTENDS, RecentTexts } from "./recent-texts.ts";
import { serialAt } from "./serial.ts";
import { shapeOf, SHAPES, type Shape } from "./shapes.ts";
import { EXTENSION_LENGTH_MAX, FIRST_SHAPE, SERIALS, SHORT_WORDS, TAG, UUID_LENGTH } from "./tags.ts";
import { writeUuid } from "./uuid.ts";
import { wordNumber } from "./words.ts";

// Whole numbers within a year of the base time are times: half an hour takes three bytes, three days take four.
const NEAR_BASE = 2 ** 35;
const TIME_MIN = 2 ** 40;
const VARINT_BYTES_MAX = 8;
const TWO_31 = 2 ** 31;
const FLOAT_BYTES = 8;
const UTF8_BYTES_PER_CHARACTER = 3;

/**
 * Writes plain data in few bytes: texts of {@link WORDS} and texts that came before as one byte, UUIDs as sixteen, times as
 * their distance to a base time. One writer is used again and again; each document in it begins with {@link begin}.
 */
export class DenseWriter {
  #bytes = new Uint8Array(16_384);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #baseMs = 0;
  readonly #recent = new RecentTexts();
  readonly #names = new NamePath();
  readonly #encoder = new TextEncoder();
  /** Values of the records that are being written, those of the outermost first. */
  readonly #values: unknown[] = [];
  #valueCount = 0;

  /** Bytes written since {@link reset}. */
  get length(): number {
    return this.#length;
  }

  /** Starts at the first byte again. */
  reset(): void {
    this.#length = 0;
  }

  /** Begins a document of its own: what came before is not referred to. Times are written as distances to `baseMs`. */
  begin(baseMs: number): void {
    this.#recent.clear();
    this.#valueCount = 0;
    this.#baseMs = baseMs;
    this.count(baseMs);
  }

  /** A copy of what was written since {@link reset}. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** What was written from `start` on, valid until the next write. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** Leaves room for `length` bytes, to be filled in later. Returns where they begin. */
  skip(length: number): number {
    const start = this.#length;
    this.#reserve(length);
    this.#length += length;
    return start;
  }

  setUint8(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  setUint32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /**
   * A whole number of 64 bits in base 36 as eight bytes, the lowest first. Returns false, and writes nothing, when the text is
   * none.
   */
  fingerprint(text: string): boolean {
    this.#reserve(FINGERPRINT_BYTES);
    if (!writeBase36(text, this.#view, this.#length)) return false;
    this.#length += FINGERPRINT_BYTES;
    return true;
  }

  /** Plain data: `null`, booleans, numbers, texts, lists, and records whose fields without a value are left out. */
  value(value: unknown): void {
    if (typeof value === "string") this.text(value);
    else if (typeof value === "number") this.#number(value);
    else if (Array.isArray(value)) this.#list(value);
    else if (typeof value === "object" && value !== null)
      this.#record(value as Readonly<Record<string, unknown>>);
    else this.#constant(value);
  }

  /** A text; what is not well-formed Unicode in it is written as U+FFFD. */
  text(text: string): void {
    const word = wordNumber(text);
    if (word !== undefined) return this.#word(word);
    const found = this.#recent.find(text);
    this.#reserve(2);
    if (found >= 0 && found < EXTENDS) return this.#byte(TAG.recent + found);
    // The reader remembers what it reads, so that only this may be remembered here.
    const known = text.toWellFormed();
    if (found >= 0 && known === text) this.#extendedText(text, found - EXTENDS);
    else if (!this.#uuidText(known)) this.#plainText(known);
    this.#recent.add(known);
  }

  /** A whole number that is not negative, without a tag: seven bits a byte, the lowest first. */
  count(value: number): void {
    this.#reserve(VARINT_BYTES_MAX);
    let rest = value;
    while (rest >= TWO_31) {
      this.#byte(0x80 | (rest % 128));
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.#byte(0x80 | (rest & 0x7f));
      rest >>>= 7;
    }
    this.#byte(rest);
  }

  #record(record: Readonly<Record<string, unknown>>): void {
    assertPlain(record);
    if (!this.#shaped(record)) this.#named(record);
  }

  /** Writes a record as the number of its shape and its values. Returns false, and writes nothing, when it has none. */
  #shaped(record: Readonly<Record<string, unknown>>): boolean {
    const start = this.#valueCount;
    const shape = shapeOf(record, this.#values, start);
    if (shape < 0) return false;
    this.#reserve(2);
    this.#byte(TAG.longWord);
    this.#byte(FIRST_SHAPE + shape);
    const end = start + (SHAPES[shape] as Shape).fields.length;
    // Records within this one put their values behind these.
    this.#valueCount = end;
    for (let index = start; index < end; index += 1) this.value(this.#values[index]);
    this.#valueCount = start;
    return true;
  }

  /** Writes a record with the names of its fields. */
  #named(record: Readonly<Record<string, unknown>>): void {
    this.#reserve(1);
    const start = this.#length;
    this.#length += 1;
    let fields = 0;
    let path = this.#names;
    for (const name in record) {
      const value = record[name];
      if (value === undefined) continue;
      fields += 1;
      const next = path.next(name);
      if (next === undefined) this.text(name);
      else this.#word((path = next).word);
      this.value(value);
    }
    if (fields < 16) this.#bytes[start] = TAG.shortRecord + fields;
    else this.#lengthen(start, fields);
  }

  /** Puts the number of a record's fields in front of them: there are more than fit into its tag. */
  #lengthen(start: number, fields: number): void {
    const end = this.#length;
    const content = this.#bytes.slice(start + 1, end);
    this.#length = start;
    this.#head(TAG.shortRecord, TAG.record, fields);
    this.#reserve(content.length);
    this.#bytes.set(content, this.#length);
    this.#length += content.length;
  }

  #list(list: readonly unknown[]): void {
    this.#head(TAG.shortList, TAG.list, list.length);
    for (const value of list) this.value(value);
  }

  #head(shortTag: number, tag: number, size: number): void {
    this.#reserve(1);
    if (size < 16) return this.#byte(shortTag + size);
    this.#byte(tag);
    this.count(size);
  }

  #constant(value: unknown): void {
    this.#reserve(1);
    if (value === true) this.#byte(TAG.true);
    else if (value === false) this.#byte(TAG.false);
    else if (value === null) this.#byte(TAG.null);
    else throw new InvariantBroken(`${typeof value} is not plain data`);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.#float(value);
    this.#reserve(1);
    if (value >= 0 && value < TAG.shortWord) return this.#byte(value);
    const distance = value - this.#baseMs;
    if (value >= TIME_MIN && distance < NEAR_BASE && distance > -NEAR_BASE) {
      this.#byte(distance < 0 ? TAG.beforeBase : TAG.afterBase);
      this.count(Math.abs(distance));
      return;
    }
    this.#byte(value < 0 ? TAG.negative : TAG.number);
    this.count(Math.abs(value));
  }

  #float(value: number): void {
    this.#reserve(1 + FLOAT_BYTES);
    this.#byte(TAG.float);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += FLOAT_BYTES;
  }

  #word(number: number): void {
    this.#reserve(2);
    if (number < SHORT_WORDS) return this.#byte(TAG.shortWord + number);
    this.#byte(TAG.longWord);
    this.#byte(number - SHORT_WORDS);
  }

  #extendedText(text: string, distance: number): void {
    this.#byte(TAG.extended);
    this.#byte(distance);
    this.#extension(text, this.#recent.at(distance).length);
  }

  /** A text that is a UUID or begins with one. */
  #uuidText(text: string): boolean {
    const extension = text.length - UUID_LENGTH;
    if (extension < 0 || extension > EXTENSION_LENGTH_MAX) return false;
    this.#reserve(17);
    if (!writeUuid(text, this.#bytes, this.#length + 1)) return false;
    this.#byte(extension === 0 ? TAG.uuid : TAG.extendedUuid);
    this.#length += 16;
    if (extension === 0) return true;
    this.#recent.add(text.slice(0, UUID_LENGTH));
    this.#extension(text, UUID_LENGTH);
    return true;
  }

  /** What a text has behind `start`: a serial number (`~3`, `#12`), or any text. */
  #extension(text: string, start: number): void {
    const sign = SERIALS.indexOf(text.charAt(start));
    const serial = sign < 0 ? 0 : serialAt(text, start + 1);
    if (serial === 0) return this.#plainText(text.slice(start));
    this.#reserve(1);
    this.#byte(sign);
    this.count(serial);
  }

  #plainText(text: string): void {
    const { length } = text;
    this.#reserve(length + 1 + VARINT_BYTES_MAX);
    const start = this.#length;
    this.#head(TAG.shortText, TAG.ascii, length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#length = start;
        return this.#utf8(text);
      }
      bytes[at] = code;
      at += 1;
    }
    this.#length = at;
  }

  #utf8(text: string): void {
    const encoded = this.#encoder.encode(text);
    this.#reserve(1 + VARINT_BYTES_MAX + text.length * UTF8_BYTES_PER_CHARACTER);
    this.#byte(TAG.utf8);
    this.count(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  #byte(value: number): void {
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
