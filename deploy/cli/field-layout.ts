import { currencyExponent } from "../../actors/money/currency.ts";

// Wide enough for an event with two UUIDs.
const LINE_LENGTH_MAX = 160;
const ITEMS_SHOWN_MAX = 20;
/** Fields that name a means of payment. */
const HIDDEN_FIELDS: ReadonlySet<string> = new Set(["paymentToken", "token"]);
const HIDDEN = "(not shown)";
const NOTHING = "none";
const UNITS = /^(.+)(Minor|(?<=At|Until)Ms|BasisPoints)$/;
const PLAIN_TEXT = /^[A-Za-z0-9._:#@~+/-]+$/;
// Characters that a terminal would act upon instead of showing them.
const CONTROLS = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Keeps what nobody needs to see out of JSON: a replacer for `JSON.stringify`. */
export function withoutSecrets(field: string, value: unknown): unknown {
  return HIDDEN_FIELDS.has(field) && typeof value === "string" ? HIDDEN : value;
}

/**
 * Lays out records for people by the names of their fields: `…Minor` is money, `…AtMs` and `…UntilMs` are times.
 * Amounts whose record names no currency are in the last one that was seen.
 */
export class FieldLayout {
  #currency: string | undefined;

  /** Takes note of the currency that a value names. */
  learn(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    for (const [field, part] of Object.entries(value)) {
      if (field === "currency" && typeof part === "string") this.#currency = part;
      else this.learn(part);
    }
  }

  /** A title with the fields behind it, or below it when they are many. */
  lines(title: string, record: object, indent: string): readonly string[] {
    this.learn(record);
    const fields = fieldsOf(record);
    if (fields.length === 0) return [`${indent}${title}`];
    const short = `${indent}${title} ${this.#fields(fields)}`;
    if (short.length <= LINE_LENGTH_MAX) return [short];
    return [
      `${indent}${title}`,
      ...fields.flatMap(([field, value]) => this.#field(field, value, `${indent}  `)),
    ];
  }

  #field(field: string, value: unknown, indent: string): readonly string[] {
    const { name, text } = this.#short(field, value);
    const short = `${indent}${name} ${text}`;
    if (typeof value !== "object" || value === null || short.length <= LINE_LENGTH_MAX) return [short];
    if (!Array.isArray(value)) return this.lines(`${name}:`, value, indent);
    const items: readonly unknown[] = value;
    const shown = items
      .slice(0, ITEMS_SHOWN_MAX)
      .flatMap((item, index) => this.#item(`${index + 1}.`, item, `${indent}  `));
    const hidden = items.length - ITEMS_SHOWN_MAX;
    const rest = hidden > 0 ? [`${indent}  … and ${hidden.toLocaleString("en-US")} more`] : [];
    return [`${indent}${name}:`, ...shown, ...rest];
  }

  #item(title: string, item: unknown, indent: string): readonly string[] {
    const isRecord = typeof item === "object" && item !== null && !Array.isArray(item);
    return isRecord ? this.lines(title, item, indent) : [`${indent}${title} ${this.#value("", item)}`];
  }

  #fields(fields: readonly (readonly [field: string, value: unknown])[]): string {
    return fields
      .map(([field, value]) => {
        const { name, text } = this.#short(field, value);
        return `${name} ${text}`;
      })
      .join(", ");
  }

  /** The field's name without its unit, and its value with it. */
  #short(field: string, value: unknown): { readonly name: string; readonly text: string } {
    const [, stem, unit] = UNITS.exec(field) ?? [];
    if (stem === undefined || (typeof value !== "number" && value !== null))
      return { name: field, text: this.#value(field, value) };
    return { name: stem, text: value === null ? NOTHING : this.#quantity(value, unit ?? "") };
  }

  #quantity(value: number, unit: string): string {
    switch (unit) {
      case "Minor":
        return moneyText(value, this.#currency);
      case "Ms":
        return timeText(value);
      default:
        return `${value / 100} %`;
    }
  }

  #value(field: string, value: unknown): string {
    if (value === null) return NOTHING;
    if (typeof value === "string") return HIDDEN_FIELDS.has(field) ? HIDDEN : plainText(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.#value("", item)).join(", ")}]`;
    return typeof value === "object" ? `{${this.#fields(fieldsOf(value))}}` : JSON.stringify(value);
  }
}

function fieldsOf(record: object): readonly (readonly [field: string, value: unknown])[] {
  return Object.entries(record).filter(([, value]) => value !== undefined);
}

/** A time as people of all zones read it; the number where it is no time at all. */
export function timeText(atMs: number): string {
  return Number.isNaN(new Date(atMs).getTime()) ? String(atMs) : new Date(atMs).toISOString();
}

/** An amount in its currency, such as `129.00 EUR`; in minor units where the currency is not known. */
export function moneyText(amountMinor: number, currency: string | undefined): string {
  const isKnown = currency !== undefined && currencyExponent(currency) !== undefined;
  if (!isKnown || !Number.isSafeInteger(amountMinor)) return `${amountMinor} minor units`;
  return `${decimalText(amountMinor, currency)} ${currency}`;
}

/** An amount as a decimal number, such as `129.00`; in minor units where the currency is not known. */
export function decimalText(amountMinor: number, currency: string): string {
  const exponent = currencyExponent(currency) ?? 0;
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const decimals = exponent === 0 ? "" : `.${digits.slice(-exponent)}`;
  return `${amountMinor < 0 ? "-" : ""}${whole}${decimals}`;
}

/** Text that a terminal shows and does not obey. */
export function plainText(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  return JSON.stringify(text).replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
