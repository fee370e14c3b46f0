/*
 * The bounds of what clients may send. Where the shop's actors have a limit of their own (`actors/limits.ts`), it is the
 * same: the gateway only says no earlier.
 */

/** Most units in one command. */
export const QUANTITY_MAX = 1_000_000;

/** Largest line number of a cart or order. */
export const LINE_MAX = 1_000_000_000;

/** Highest price of one unit, minor units. */
export const PRICE_MINOR_MAX = 100_000_000_000;

/** Longest idempotency key, characters. */
export const KEY_LENGTH_MAX = 64;

/** Longest time a client may ask to wait, milliseconds. */
export const DEADLINE_MS_MAX = 60_000;

/** Longest id of a cart, characters: leaves room for the number of an order (`CART~12`). */
export const CART_LENGTH_MAX = 100;

/** Longest payment token, characters. */
export const PAYMENT_TOKEN_LENGTH_MAX = 200;

/** Longest title of a product or sale, characters. */
export const TITLE_LENGTH_MAX = 300;

/** Longest name of a category, characters. */
export const CATEGORY_LENGTH_MAX = 100;

/** Longest id of a sale, characters. */
export const SALE_ID_LENGTH_MAX = 120;

/** Longest reason of a return or adjustment, characters. */
export const REASON_LENGTH_MAX = 500;

/** Longest description, characters. */
export const DESCRIPTION_LENGTH_MAX = 4_000;

/** Longest session token, characters. */
export const TOKEN_LENGTH_MAX = 4_096;

/** Longest ticket of a queue, characters. */
export const TICKET_LENGTH_MAX = 1_000;

/** Most people a waiting room lets in per minute. */
export const ADMIT_PER_MINUTE_MAX = 10_000_000;

/** Shortest time that whoever is let in has to buy, milliseconds. */
export const ADMISSION_MS_MIN = 10_000;

/** Longest time that whoever is let in has to buy, milliseconds. */
export const ADMISSION_MS_MAX = 24 * 60 * 60 * 1_000;

/** Most lines of one return. */
export const RETURN_LINES_MAX = 2_000;

/** Most channels of one `hello`'s resume list. */
export const RESUME_MAX = 256;

/** Longest words, or name of a category, that the catalogue is searched for, characters. */
export const SEARCH_LENGTH_MAX = 200;

/** The last product that a page of the catalogue may begin with, counted from 0. */
export const OFFSET_MAX = 1_000_000;

/** Products of one page of the catalogue, unless told. */
export const PAGE_LENGTH = 24;

/** Most products of one page of the catalogue. */
export const PAGE_LENGTH_MAX = 100;

/** The last moment a date may name, milliseconds since the epoch (the end of ECMAScript time). */
export const TIME_MS_MAX = 8_640_000_000_000_000;

/** 100 %, in basis points. */
export const TAX_BASIS_POINTS_MAX = 10_000;

/** Printable ASCII, 1 to {@link KEY_LENGTH_MAX} characters. */
export const KEY_PATTERN = new RegExp(`^[\\x20-\\x7e]{1,${KEY_LENGTH_MAX}}$`);

/** 1 to {@link CART_LENGTH_MAX} letters, digits and `._:@+-`: `#` and `~` tie lines and orders to their cart and cannot be part of its id. */
export const CART_PATTERN = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,${CART_LENGTH_MAX - 1}}$`);

/** ISO 4217. */
export const CURRENCY_PATTERN = /^[A-Z]{3}$/;

/** A text without control characters but tab and line ends. */
// oxlint-disable-next-line no-control-regex -- control characters are what must not come in
export const PLAIN_PATTERN = /^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$/;

/** Whether a text for people can be stored and shown: no control characters but tab and line ends, no half surrogates. */
export function isPlainText(text: string): boolean {
  return PLAIN_PATTERN.test(text) && text.isWellFormed();
}
