import type { LogFields } from "../../engine/ports/log.ts";

const TEXT_LENGTH_MAX = 500;
const ITEMS_MAX = 32;
const STACK_LINES_MAX = 20;
const CAUSES_MAX = 3;
const WITHHELD = "[withheld]";

/**
 * Fields whose text is shown. What people are called, what they present and what they pay with are none of these; but for `askedBy`, what
 * operators call themselves when they have something changed.
 */
const TEXT_FIELDS: ReadonlySet<string> = new Set(
  (
    "address askedBy caller channel cluster code command database directory endpoint from host hostname kind method node nodes op operation " +
    "part path port reason sale servers setting shop signal sku state status thread to topic url version"
  ).split(" "),
);

/** Never shown, not even as a number. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(
  "authorization cookie customer password paymentToken secret session token".split(" "),
);

/**
 * The fields of a record as they may be shown: numbers and flags, text under the names listed here, lists of these, and of
 * errors their type, code, message and stack. Anything else is replaced by a mark, so that its absence is noticed and not its content.
 */
export function loggableFields(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [oneLine(name), loggable(name, value)]),
  );
}

function loggable(name: string, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (SECRET_FIELDS.has(name)) return WITHHELD;
  if (name === "err") return loggableError(value, 0);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item: unknown) => loggable(name, item));
  return typeof value === "string" && TEXT_FIELDS.has(name) ? oneLine(value) : WITHHELD;
}

/** Other properties of errors (a database's parameters, a request) may hold anything and are left out. */
function loggableError(value: unknown, depth: number): unknown {
  if (!(value instanceof Error)) return { type: typeof value, message: oneLine(String(value)) };
  const code = "code" in value && typeof value.code === "string" ? oneLine(value.code) : undefined;
  const cause = value.cause === undefined || depth >= CAUSES_MAX ? undefined : value.cause;
  return {
    type: oneLine(value.name),
    message: oneLine(value.message),
    ...(code === undefined ? {} : { code }),
    stack: stackOf(value),
    ...(cause === undefined ? {} : { cause: loggableError(cause, depth + 1) }),
  };
}

/** The places alone: a message with line breaks could forge more of them. */
function stackOf(error: Error): string {
  const places = (error.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
  return [`${oneLine(error.name)}: ${oneLine(error.message)}`]
    .concat(places.slice(0, STACK_LINES_MAX).map(oneLine))
    .join("\n");
}

// Control characters (C0, DEL, C1: line breaks, colours, cursor movements), line and paragraph separators, and the
// marks that reverse the direction of text.
// oxlint-disable-next-line no-control-regex -- these are the characters to be found
const UNPRINTABLE = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const CREDENTIALS = /\/\/[^\s/@]*@/g;

/** Text that stays one line in any terminal and file, without the credentials of URLs, cut to a length. */
export function oneLine(text: string): string {
  const cut = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
  return cut
    .replaceAll(CREDENTIALS, `//${WITHHELD}@`)
    .replaceAll(UNPRINTABLE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
