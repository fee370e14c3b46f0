import { extname } from "node:path";
import { ConfigError } from "../config.ts";
import type { LINE_FORMATS } from "./order-lines.ts";

type Format = keyof typeof LINE_FORMATS;

const ENDINGS: Readonly<Record<Format, readonly string[]>> = { csv: [".csv"], ndjson: [".ndjson", ".jsonl"] };
// What programs open by, and would find something else in.
const OTHERS: readonly string[] = [".xlsx", ".xls", ".ods", ".json", ".tsv", ".gz", ".zip"];

/**
 * Makes sure that the name of a file does not say that it has another format. An ending that says nothing is as good as any.
 * @throws {ConfigError} when it does.
 */
export function checkEnding(file: string, format: Format): void {
  const ending = extname(file).toLowerCase();
  const known = [...Object.values(ENDINGS).flat(), ...OTHERS];
  if (ENDINGS[format].includes(ending) || !known.includes(ending)) return;
  throw new ConfigError(
    `${file} would not be what its name says: --format is ${format}, so give it a name that ends in ${ENDINGS[format][0]}`,
  );
}
