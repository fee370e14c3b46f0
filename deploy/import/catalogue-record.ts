import { currencyExponent } from "../../actors/money/currency.ts";
import { parseActorId } from "../../engine/contract/address.ts";
import {
  CATEGORY_LENGTH_MAX,
  DESCRIPTION_LENGTH_MAX,
  isPlainText,
  QUANTITY_MAX,
  TAX_BASIS_POINTS_MAX,
  TITLE_LENGTH_MAX,
} from "../../gateway/protocol/bounds.ts";
import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import type { CatalogueItem } from "./catalogue-item.ts";
import { pointWish, readPrice, withDecimalPoint, wrongText } from "./price-text.ts";

/** Columns that every product has. */
export const REQUIRED_COLUMNS = ["sku", "title", "price", "currency"] as const;

/**
 * Columns that may be left out, or empty. A product is on sale when it has a `sale_id`, not when that is empty; without
 * the column its file says nothing of sales.
 */
export const OPTIONAL_COLUMNS = [
  "description",
  "category",
  "tax_percent",
  "stock",
  "sale_id",
  "sale_title",
  "sale_price",
  "sale_starts_at",
  "sale_ends_at",
  "sale_limit_per_customer",
] as const;

/** A column of the catalogue format; in JSON the fields have the same names. */
export type CatalogueColumn = (typeof REQUIRED_COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

/** The text of a product's column; undefined when its file does not have the column. */
export type CatalogueRecord = (column: CatalogueColumn) => string | undefined;

/** Hears what is wrong with a record: a sentence that names the column. */
export type Complain = (detail: string) => void;

/** Reads a product; undefined when something is wrong, which is told to `complain`, fault by fault. */
export function readCatalogueRecord(record: CatalogueRecord, complain: Complain): CatalogueItem | undefined {
  let isRight = true;
  const reader = new RecordReader(record, (detail) => {
    isRight = false;
    complain(detail);
  });
  const currency = reader.currency();
  const figures = { sku: reader.id("sku"), stock: reader.wholeNumber("stock", 0, QUANTITY_MAX) };
  const texts = {
    title: reader.text("title", 1, TITLE_LENGTH_MAX),
    description: reader.text("description", 0, DESCRIPTION_LENGTH_MAX),
    category: reader.text("category", 0, CATEGORY_LENGTH_MAX),
  };
  const unitPriceMinor = reader.price("price", currency);
  const sale = reader.sale(currency, unitPriceMinor);
  const item: CatalogueItem = {
    ...figures,
    terms: {
      ...texts,
      unitPriceMinor,
      currency,
      taxBasisPoints: reader.basisPoints("tax_percent"),
      ...(sale === undefined ? {} : { sale }),
    },
  };
  return isRight ? item : undefined;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads the columns of one record. What cannot be read is told, and something harmless takes its place. */
class RecordReader {
  readonly #record: CatalogueRecord;
  readonly #complain: Complain;

  constructor(record: CatalogueRecord, complain: Complain) {
    this.#record = record;
    this.#complain = complain;
  }

  id(column: CatalogueColumn): string {
    const text = this.#cell(column);
    if (text === "") this.#missing(column);
    else if (parseActorId(text) === undefined) {
      this.#wrong(column, text, "1 to 120 letters, digits, inner spaces or any of ._:#@~+-");
    }
    return text;
  }

  text(column: CatalogueColumn, lengthMin: number, lengthMax: number): string {
    const text = this.#cell(column);
    if (text.length < lengthMin) this.#missing(column);
    else if (text.length > lengthMax)
      this.#complain(`${column} has ${text.length} characters, at most ${lengthMax} are allowed`);
    else if (!isPlainText(text)) this.#complain(`${column} must not have control characters`);
    return text;
  }

  wholeNumber(column: CatalogueColumn, min: number, max: number): number {
    const text = this.#cell(column);
    if (text === "") return min;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.#wrong(column, text, `a whole number from ${min} to ${max}`);
    return min;
  }

  /** In capital letters, so that prices are looked at also where they are missing. */
  currency(): string {
    const text = this.#cell("currency");
    const capitals = text.toUpperCase();
    if (text === "") this.#missing("currency");
    else if (currencyExponent(capitals) === undefined)
      this.#wrong("currency", text, "an ISO 4217 code such as GBP");
    else if (text !== capitals) this.#wrong("currency", text, `in capital letters, ${capitals}`);
    return capitals;
  }

  /** Minor units; not a number when it cannot be told. */
  price(column: CatalogueColumn, currency: string): number {
    const text = this.#cell(column);
    if (text === "") {
      this.#missing(column);
      return Number.NaN;
    }
    // Without a currency the number of decimals is not known; the currency's own fault says enough.
    if (currencyExponent(currency) === undefined) return Number.NaN;
    const price = readPrice(column, text, currency);
    if (price.type === "price") return price.unitPriceMinor;
    this.#complain(price.fault);
    return Number.NaN;
  }

  basisPoints(column: CatalogueColumn): number {
    const text = this.#cell(column);
    if (text === "") return 0;
    const [, whole = "", decimals = ""] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
    const basisPoints = whole === "" ? Number.NaN : Number(whole + decimals.padEnd(2, "0"));
    if (basisPoints <= TAX_BASIS_POINTS_MAX) return basisPoints;
    const pointed = withDecimalPoint(text);
    const wish = "a percentage from 0 to 100 with at most two decimals";
    this.#wrong(column, text, pointed === undefined ? wish : pointWish(pointed));
    return 0;
  }

  /** A sale of a product that otherwise costs this much; undefined when nothing is said of sales. Dearer than that it is a slip: a figure too many, or two columns mixed up. */
  sale(currency: string, usualPriceMinor: number): SaleTerms | null | undefined {
    if (this.#cell("sale_id") === "") {
      const stray = OPTIONAL_COLUMNS.find(
        (column) => column.startsWith("sale_") && this.#cell(column) !== "",
      );
      if (stray !== undefined) this.#complain(`${stray} is there without a sale_id`);
      return this.#record("sale_id") === undefined ? undefined : null;
    }
    const id = this.id("sale_id");
    const limitText = this.#cell("sale_limit_per_customer");
    const startsAtMs = this.#time("sale_starts_at");
    const endsAtMs = this.#time("sale_ends_at");
    if (startsAtMs >= endsAtMs) this.#complain("sale_ends_at must be after sale_starts_at");
    const unitPriceMinor = this.price("sale_price", currency);
    if (unitPriceMinor > usualPriceMinor) {
      const atMost = `at most the price, ${JSON.stringify(this.#cell("price"))}`;
      this.#wrong("sale_price", this.#cell("sale_price"), atMost);
    }
    return {
      id,
      title: this.#cell("sale_title") === "" ? id : this.text("sale_title", 1, TITLE_LENGTH_MAX),
      unitPriceMinor,
      startsAtMs,
      endsAtMs,
      limitPerCustomer:
        limitText === "" ? null : this.wholeNumber("sale_limit_per_customer", 1, QUANTITY_MAX),
    };
  }

  /** Milliseconds since the epoch; not a number when it cannot be told. */
  #time(column: CatalogueColumn): number {
    const text = this.#cell(column);
    if (text === "") {
      this.#missing(column);
      return Number.NaN;
    }
    const atMs = TIME.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(atMs)) this.#wrong(column, text, "a time with its zone, such as 2026-11-27T08:00:00Z");
    return atMs;
  }

  #cell(column: CatalogueColumn): string {
    return this.#record(column)?.trim() ?? "";
  }

  #missing(column: CatalogueColumn): void {
    this.#complain(`${column} is missing`);
  }

  #wrong(column: CatalogueColumn, text: string, wish: string): void {
    this.#complain(wrongText(column, text, wish));
  }
}
