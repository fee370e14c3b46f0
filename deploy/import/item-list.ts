import { FaultList } from "../../bench/retail/source-error.ts";
import { parseActorId } from "../../engine/contract/address.ts";
import type { CatalogueItem } from "./catalogue-item.ts";
import type { CatalogueRecord } from "./catalogue-record.ts";
import { readCatalogueRecord } from "./catalogue-record.ts";

/** Where a product stands in its file. */
export interface ProductPlace {
  readonly line: number;
  /** Its place in the list, from 1, where a line may have several. */
  readonly number?: number;
}

/** Gathers the products of one file, each SKU once, and everything that is wrong with them. */
export class ItemList {
  readonly faults: FaultList;
  readonly #items: CatalogueItem[] = [];
  readonly #placeBySku = new Map<string, ProductPlace>();

  constructor(file: string) {
    this.faults = new FaultList(file);
  }

  /** `faults` are those that its form has already. */
  add(place: ProductPlace, record: CatalogueRecord, faults: readonly string[] = []): void {
    const sku = parseActorId(record("sku")?.trim() ?? "");
    const tell = (detail: string): void => this.faults.add(place.line, `${nameOf(place, sku)}${detail}`);
    for (const fault of faults) tell(fault);
    const item = readCatalogueRecord(record, tell);
    // Products with other faults count, too: who mends a file wants to mend it once.
    const earlier = sku === undefined ? undefined : this.#placeBySku.get(sku);
    if (earlier !== undefined) tell(`the sku ${sku} is in ${placeText(earlier)}`);
    else if (sku !== undefined) this.#placeBySku.set(sku, place);
    if (item !== undefined) this.#items.push(item);
  }

  /** @throws {SourceError} when anything is wrong: then nothing of the file is used. */
  finish(): readonly CatalogueItem[] {
    this.faults.throwIfAny();
    return this.#items;
  }
}

/** What a fault of a product begins with where its line does not tell which one it is. */
function nameOf({ number }: ProductPlace, sku: string | undefined): string {
  if (number === undefined) return "";
  return sku === undefined ? `product ${number}: ` : `product ${number} (${sku}): `;
}

function placeText({ line, number }: ProductPlace): string {
  return `line ${line} already${number === undefined ? "" : `, as product ${number}`}`;
}
