/** What changes may do to the columns of a read model. */
export interface ModelColumns {
  /** Columns that take a value. */
  readonly set: ReadonlySet<string>;
  /** Columns that count. */
  readonly add: ReadonlySet<string>;
  /** Columns of `set` whose value is JSON text. */
  readonly json: ReadonlySet<string>;
}

/** The read models there are. */
export type ModelName = "stock" | "orders";

/** Columns by read model; the tables of the same names have them all. */
export const MODELS: Readonly<Record<ModelName, ModelColumns>> = {
  stock: {
    set: new Set([
      "title",
      "description",
      "category",
      "currency",
      "unit_price_minor",
      "sale_id",
      "sale_title",
      "sale_unit_price_minor",
      "sale_starts_at_ms",
      "sale_ends_at_ms",
      "sale_limit_per_customer",
      "sale_waiting_room",
      "paused_reason",
      "paused_at_ms",
    ]),
    add: new Set(["received", "adjusted", "sold", "returned", "held"]),
    json: new Set(),
  },
  orders: {
    set: new Set([
      "customer",
      "cart_id",
      "status",
      "placed_at_ms",
      "total_minor",
      "tax_minor",
      "currency",
      "lines",
      "refusal_code",
    ]),
    add: new Set(["refunded_minor"]),
    json: new Set(["lines"]),
  },
};
