import { SourceError } from "../../bench/retail/source-error.ts";
import type { CatalogueItem } from "./catalogue-item.ts";
import type { CatalogueColumn } from "./catalogue-record.ts";
import { OPTIONAL_COLUMNS, REQUIRED_COLUMNS } from "./catalogue-record.ts";
import { ItemList } from "./item-list.ts";
import { jsonElements, JsonListFault } from "./json-elements.ts";

const COLUMNS: ReadonlySet<string> = new Set([...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS]);

/**
 * Reads all products of a JSON catalogue: a list, or an object with a list `products`. Fields are named like the CSV
 * columns; numbers may be numbers or texts.
 * @throws {SourceError} with everything that is wrong, by line.
 */
export function readCatalogueJson(file: string, text: string): readonly CatalogueItem[] {
  const list = new ItemList(file);
  try {
    for (const element of jsonElements(text)) addElement(list, element.line, element.text);
  } catch (error) {
    if (error instanceof JsonListFault)
      throw new SourceError(file, [{ line: error.line, detail: error.message }]);
    throw error;
  }
  return list.finish();
}

function addElement(list: ItemList, line: number, text: string): void {
  const product = parseJson(text);
  if (typeof product !== "object" || product === null || Array.isArray(product)) {
    const what = product === undefined ? "valid JSON" : "an object";
    list.faults.add(line, `the product is not ${what}: ${text.slice(0, 40)}`);
    return;
  }
  const cells = new Map<CatalogueColumn, string>();
  let isRight = true;
  for (const [name, value] of Object.entries(product)) {
    const cell = cellText(value);
    if (COLUMNS.has(name) && cell !== undefined) {
      cells.set(name as CatalogueColumn, cell);
      continue;
    }
    isRight = false;
    const shown = name.slice(0, 40);
    list.faults.add(
      line,
      COLUMNS.has(name) ? `${shown} must be a text or a number` : `the field ${shown} is not known`,
    );
  }
  if (isRight) list.add(line, (column) => cells.get(column) ?? "");
}

function cellText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return value === null ? "" : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
