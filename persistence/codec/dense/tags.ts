/**
 * The first byte of every value. Below {@link TAG.shortWord} it is a whole number by itself; where a range begins, its
 * width says how many values need no further byte for their number or length.
 */
export const TAG = {
  shortWord: 0x40,
  recent: 0xb0,
  shortRecord: 0xc0,
  shortList: 0xd0,
  shortText: 0xe0,
  null: 0xf0,
  false: 0xf1,
  true: 0xf2,
  /** A whole number, then that less than zero: a varint of its distance to zero. */
  number: 0xf3,
  negative: 0xf4,
  /** A whole number near the base time: a varint of the distance to it, upwards and downwards. */
  afterBase: 0xf5,
  beforeBase: 0xf6,
  /** Any other number: IEEE 754, eight bytes, little-endian. */
  float: 0xf7,
  /** A word beyond the short ones: one byte, its number less {@link SHORT_WORDS}. From {@link FIRST_SHAPE} on a record. */
  longWord: 0xf8,
  /** Text in ASCII, then in UTF-8: a varint of its bytes, the bytes. */
  ascii: 0xf9,
  utf8: 0xfa,
  /** A UUID in lower-case hexadecimal with hyphens: its sixteen bytes. */
  uuid: 0xfb,
  /** A text that begins with a recent one: one byte, which; then the rest as text. */
  extended: 0xfc,
  /** The same, of a UUID that has not occurred yet: its sixteen bytes, then the rest as text. */
  extendedUuid: 0xfd,
  record: 0xfe,
  list: 0xff,
} as const;

/** Words that take one byte. */
export const SHORT_WORDS = TAG.recent - TAG.shortWord;

/** The second byte of {@link TAG.longWord} from which on it is not a word, but a record of that shape: its values follow. */
export const FIRST_SHAPE = 0x80;

/**
 * The first letters of what ids are extended by in front of a whole number. The number of the letter, in place of a text's
 * tag, and a varint.
 */
export const SERIALS = "#~";

/** How many texts back a value may repeat; each of them takes one byte. */
export const RECENT_TEXTS = 16;

/** Texts shorter than this are not worth remembering: repeating them costs as much as naming them. */
export const RECENT_LENGTH_MIN = 4;

/** A text may extend a recent one (or a UUID) by at most this many characters. */
export const EXTENSION_LENGTH_MAX = 15;

/** Characters of a UUID with hyphens. */
export const UUID_LENGTH = 36;
