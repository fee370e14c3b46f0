import { SourceError } from "../../bench/retail/source-error.ts";
import type { CatalogueItem } from "./catalogue-item.ts";
import { OPTIONAL_COLUMNS, REQUIRED_COLUMNS } from "./catalogue-record.ts";
import type { ProductPlace } from "./item-list.ts";
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
    let number = 0;
    for (const element of jsonElements(text)) {
      number += 1;
      addElement(list, { line: element.line, number }, element.text);
    }
  } catch (error) {
    if (error instanceof JsonListFault)
      throw new SourceError(file, [{ line: error.line, detail: error.message }]);
    throw error;
  }
  return list.finish();
}

function addElement(list: ItemList, place: ProductPlace, text: string): void {
  const product = parseJson(text);
  if (typeof product !== "object" || product === null || Array.isArray(product)) {
    const what = product === undefined ? "valid JSON" : "an object";
    list.faults.add(place.line, `product ${place.number} is not ${what}: ${text.slice(0, 40)}`);
    return;
  }
  const cells = new Map<string, string>();
  const faults: string[] = [];
  for (const [name, value] of Object.entries(product)) {
    const cell = cellText(value);
    if (!COLUMNS.has(name)) faults.push(`the field ${name.slice(0, 40)} is not known`);
    else if (cell === undefined) faults.push(`${name} must be a text or a number`);
    else cells.set(name, cell);
  }
  list.add(place, (column) => cells.get(column), faults);
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
