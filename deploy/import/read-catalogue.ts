import { openCsvTable } from "../../bench/retail/csv-table.ts";
import { looksLikeRetail, readRetailTable } from "../../bench/retail/retail-file.ts";
import { planRetail } from "../../bench/retail/retail-plan.ts";
import { SourceError } from "../../bench/retail/source-error.ts";
import { readUtf8Lines } from "../../bench/retail/utf8-lines.ts";
import type { CatalogueItem, CatalogueSource } from "./catalogue-item.ts";
import { readCatalogueCsv } from "./read-catalogue-csv.ts";
import { readCatalogueJson } from "./read-catalogue-json.ts";
import { retailItems } from "./retail-items.ts";

/**
 * Reads and checks a whole catalogue, packed with gzip or not: JSON, CSV, or the retail file, told apart by what is in it.
 * @throws {SourceError} with everything that is wrong, by line.
 */
export async function readCatalogue(file: string): Promise<CatalogueSource> {
  const { contentHash, json } = await scan(file);
  const source = await (json === undefined ? readCsv(file) : readJson(file, json));
  if (source.items.length === 0) throw new SourceError(file, [{ detail: "there is no product in the file" }]);
  return { ...source, contentHash };
}

type ReadSource = Omit<CatalogueSource, "contentHash">;

function readJson(file: string, text: string): ReadSource {
  const items = readCatalogueJson(file, text);
  return { format: "catalogue-json", rows: items.length, items };
}

async function readCsv(file: string): Promise<ReadSource> {
  const table = await openCsvTable(file);
  if (looksLikeRetail(table.columns)) {
    const plan = await planRetail(readRetailTable(table));
    return { format: "retail-csv", rows: plan.rowsIn, items: retailItems(plan.products) };
  }
  const items: readonly CatalogueItem[] = await readCatalogueCsv(table);
  return { format: "catalogue-csv", rows: items.length, items };
}

/** Reads the text once: its hash, and the text itself when it is JSON. */
async function scan(
  file: string,
): Promise<{ readonly contentHash: string; readonly json: string | undefined }> {
  const hasher = new Bun.CryptoHasher("sha256");
  const kept: string[] = [];
  let isJson: boolean | undefined;
  for await (const text of readUtf8Lines(file)) {
    hasher.update(text);
    isJson ??= startsLikeJson(text);
    if (isJson === true) kept.push(text);
  }
  return { contentHash: hasher.digest("hex"), json: isJson === true ? kept.join("") : undefined };
}

/** Undefined while there is nothing but blanks. */
function startsLikeJson(text: string): boolean | undefined {
  const first = text
    .replace(/^\uFEFF/, "")
    .trimStart()
    .charAt(0);
  return first === "" ? undefined : first === "[" || first === "{";
}
