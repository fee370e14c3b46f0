/** One product as the shop lists it. Stock figures follow the journal within a second; live ones come over the socket. */
export interface CatalogueEntry {
  readonly sku: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly available: number;
  /** Fields of the running or coming sale; null without one. */
  readonly sale: CatalogueSale | null;
  /** Nothing more of it is sold for now. */
  readonly paused: boolean;
}

/** A sale of one product as the catalogue shows it. */
export interface CatalogueSale {
  readonly id: string;
  readonly title: string;
  readonly unitPriceMinor: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly limitPerCustomer: number | null;
  /** Who wants to buy has to be let in first. Left out where there is no waiting room. */
  readonly waitingRoom?: boolean;
}

/** A page of the catalogue, ordered by sale first, then title. */
export interface CataloguePage {
  readonly entries: readonly CatalogueEntry[];
  /** Number of products that match, over all pages. */
  readonly total: number;
}

/** What to look for in the catalogue. */
export interface CatalogueQuery {
  readonly tenant: string;
  /** Words that title, description, category or SKU must contain, any case. */
  readonly words?: string;
  readonly category?: string;
  readonly offset: number;
  readonly limit: number;
}

/** The catalogue as a read model. Both questions reject with `Unavailable` when nobody answers in time. */
export interface Catalogue {
  search(query: CatalogueQuery): Promise<CataloguePage>;
  find(tenant: string, sku: string): Promise<CatalogueEntry | undefined>;
}
