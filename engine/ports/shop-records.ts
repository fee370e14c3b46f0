/** What an order was placed with, which never changes. */
export interface OrderRecord {
  readonly id: string;
  readonly customer: string;
  readonly placedAtMs: number;
  readonly currency: string;
  readonly totalMinor: number;
  readonly taxMinor: number;
  readonly lines: readonly OrderRecordLine[];
}

/** One line of an order. Its amount is price times quantity and includes the tax. */
export interface OrderRecordLine {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly taxMinor: number;
}

/** How far the read models have followed each shard. */
export type FollowedShards = ReadonlyMap<number, number>;

/** What the read models say, with the place in the journal at which it is true. */
export interface ShopRecords {
  followed(): Promise<FollowedShards>;
  /** Those of these orders that there are, by id. */
  orders(tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, OrderRecord>>;
  /** Units on hand of every product that has some, by SKU, and where that is so: both of one moment. */
  stock(
    tenant: string,
  ): Promise<{ readonly followed: FollowedShards; readonly onHand: ReadonlyMap<string, number> }>;
  close(): Promise<void>;
}
