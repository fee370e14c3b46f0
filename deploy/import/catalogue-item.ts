import type { ProductTerms } from "../../gateway/protocol/messages.ts";

/** What the shop shall have of one product. */
export interface Delivery {
  readonly sku: string;
  /** Null leaves the product as the shop lists it. */
  readonly terms: ProductTerms | null;
  /** Units to receive; 0 for none. */
  readonly stock: number;
}

/** One product of a catalogue that is imported. */
export interface CatalogueItem extends Delivery {
  readonly terms: ProductTerms;
}

/** A catalogue that was read and found right as a whole. */
export interface CatalogueSource {
  readonly format: "catalogue-csv" | "catalogue-json" | "retail-csv";
  /** Rows or products of the file. */
  readonly rows: number;
  readonly items: readonly CatalogueItem[];
  /** SHA-256 of the file's text, hexadecimal: the same for a file and its packed form. */
  readonly contentHash: string;
}
