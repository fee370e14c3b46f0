import { FaultList } from "../../bench/retail/source-error.ts";
import type { CatalogueItem } from "./catalogue-item.ts";
import type { CatalogueRecord } from "./catalogue-record.ts";
import { readCatalogueRecord } from "./catalogue-record.ts";

/** Gathers the products of one file, each SKU once, and everything that is wrong with them. */
export class ItemList {
  readonly faults: FaultList;
  readonly #items: CatalogueItem[] = [];
  readonly #lineBySku = new Map<string, number>();

  constructor(file: string) {
    this.faults = new FaultList(file);
  }

  add(line: number, record: CatalogueRecord): void {
    const item = readCatalogueRecord(record, (detail) => this.faults.add(line, detail));
    if (item === undefined) return;
    const earlierLine = this.#lineBySku.get(item.sku);
    if (earlierLine !== undefined) {
      this.faults.add(line, `the sku ${item.sku} is in line ${earlierLine} already`);
      return;
    }
    this.#lineBySku.set(item.sku, line);
    this.#items.push(item);
  }

  /** @throws {SourceError} when anything is wrong: then nothing of the file is used. */
  finish(): readonly CatalogueItem[] {
    this.faults.throwIfAny();
    return this.#items;
  }
}
