import type { Database } from "../../persistence/postgres/database.ts";

/** The stock figures of one SKU, units. */
export interface StockFigures {
  readonly received: number;
  readonly sold: number;
  readonly returned: number;
  readonly onHand: number;
  readonly available: number;
}

/** What one customer ordered and got back within a run, minor units. */
export interface CustomerFigures {
  readonly orderedMinor: number;
  readonly refundedMinor: number;
}

/** The orders of one run. */
export interface RunFigures {
  readonly orders: number;
  /** By the customer's id in the shop. Only confirmed orders in the wanted currency count. */
  readonly customers: ReadonlyMap<string, CustomerFigures>;
  /** Units in the lines of those orders, by SKU. */
  readonly unitsBySku: ReadonlyMap<string, number>;
}

/** What a shop's database says, read for reconciliation. */
export interface ShopLedger {
  shopId(): Promise<string>;
  /** Figures of all products that are listed, by SKU. */
  stock(): Promise<ReadonlyMap<string, StockFigures>>;
  /** The orders of customers whose ids start with `prefix`. */
  run(prefix: string, currency: string): Promise<RunFigures>;
  /** Number of the last segment of each shard. */
  heads(): Promise<ReadonlyMap<number, number>>;
  /** How far the read models have come, by shard. */
  projected(): Promise<ReadonlyMap<number, number>>;
}

interface StockRow {
  readonly id: string;
  readonly received: string;
  readonly sold: string;
  readonly returned: string;
  readonly on_hand: string;
  readonly available: string;
}

interface CustomerRow {
  readonly customer: string;
  readonly ordered_minor: string;
  readonly refunded_minor: string;
  readonly orders: string;
}

/** Reads the ledger of `tenant` from Postgres. */
export function postgresLedger({ sql }: Pick<Database, "sql">, tenant: string): ShopLedger {
  return {
    async shopId() {
      const [row] = await sql<{ readonly shop_id: string }[]>`select shop_id from shop`;
      return row?.shop_id ?? "";
    },

    async stock() {
      const rows = await sql<StockRow[]>`
        select id, received, sold, returned, on_hand, available from stock
        where tenant = ${tenant} and title is not null`;
      return new Map(rows.map((row) => [row.id, figuresOf(row)]));
    },

    async run(prefix, currency) {
      const customers = await sql<CustomerRow[]>`
        select customer, sum(total_minor) as ordered_minor, sum(refunded_minor) as refunded_minor, count(*) as orders
        from orders
        where tenant = ${tenant} and starts_with(customer, ${prefix}) and currency = ${currency}
          and status in ('confirmed', 'captured')
        group by customer`;
      const units = await sql<{ readonly sku: string; readonly units: string }[]>`
        select line ->> 'sku' as sku, sum((line ->> 'quantity')::bigint) as units
        from orders, jsonb_array_elements(lines) as line
        where tenant = ${tenant} and starts_with(customer, ${prefix}) and currency = ${currency}
          and status in ('confirmed', 'captured')
        group by line ->> 'sku'`;
      return {
        orders: customers.reduce((sum, row) => sum + Number(row.orders), 0),
        customers: new Map(
          customers.map((row) => [
            row.customer,
            { orderedMinor: Number(row.ordered_minor), refundedMinor: Number(row.refunded_minor) },
          ]),
        ),
        unitsBySku: new Map(units.map((row) => [row.sku, Number(row.units)])),
      };
    },

    async heads() {
      const rows = await sql<{ readonly shard: number; readonly seq: string }[]>`
        select shard_owner.shard, last.seq from shard_owner, lateral (
          select seq from journal_segment where journal_segment.shard = shard_owner.shard order by seq desc limit 1
        ) as last`;
      return new Map(rows.map((row) => [row.shard, Number(row.seq)]));
    },

    async projected() {
      const rows = await sql<{ readonly shard: number; readonly seq: string }[]>`
        select shard, seq from projected_position`;
      return new Map(rows.map((row) => [row.shard, Number(row.seq)]));
    },
  };
}

function figuresOf(row: StockRow): StockFigures {
  return {
    received: Number(row.received),
    sold: Number(row.sold),
    returned: Number(row.returned),
    onHand: Number(row.on_hand),
    available: Number(row.available),
  };
}
