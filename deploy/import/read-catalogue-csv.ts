import type { CsvTable } from "../../bench/retail/csv-table.ts";
import { cellCountFault, placeColumns } from "../../bench/retail/csv-table.ts";
import type { CatalogueItem } from "./catalogue-item.ts";
import { OPTIONAL_COLUMNS, REQUIRED_COLUMNS } from "./catalogue-record.ts";
import { ItemList } from "./item-list.ts";

/**
 * Reads all products of a CSV catalogue.
 * @throws {SourceError} with everything that is wrong, by line.
 */
export async function readCatalogueCsv(table: CsvTable): Promise<readonly CatalogueItem[]> {
  const places = placeColumns(table, { required: REQUIRED_COLUMNS, optional: OPTIONAL_COLUMNS });
  const list = new ItemList(table.file);
  for await (const row of table.rows) {
    const countFault = cellCountFault(table, row);
    if (countFault === undefined) {
      list.add({ line: row.line }, (column) => {
        const place = places.get(column);
        return place === undefined ? undefined : (row.cells[place] ?? "");
      });
    } else list.faults.add(row.line, countFault);
  }
  return list.finish();
}
