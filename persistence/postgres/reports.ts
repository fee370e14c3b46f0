import type { Data } from "../../engine/contract/data.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";

/** An order as the read model knows it. */
export interface OrderReport {
  readonly orderId: string;
  readonly customer: string;
  readonly cartId: string;
  readonly status: string;
  readonly placedAtMs: number;
  readonly currency: string;
  readonly totalMinor: number;
  readonly taxMinor: number;
  readonly refundedMinor: number;
  readonly lines: Data;
  readonly refusalCode: string | null;
}

/** The stock of one SKU as the read model counts it. */
export interface StockReport {
  readonly tenant: string;
  readonly sku: string;
  readonly received: number;
  readonly adjusted: number;
  readonly sold: number;
  readonly returned: number;
  readonly held: number;
  readonly onHand: number;
  readonly available: number;
}

/** What a customer has paid in one currency: totals of paid orders less refunds. */
export interface CustomerTotal {
  readonly tenant: string;
  readonly customer: string;
  readonly currency: string;
  readonly paidMinor: number;
  readonly orders: number;
}

/** Which orders to list: those of one customer or of one cart. */
export type OrderSelection =
  | { readonly tenant: string; readonly customer: string; readonly limit: number }
  | { readonly tenant: string; readonly cartId: string; readonly limit: number };

/** Questions to the read models for order pages and reconciliation. */
export interface Reports {
  /** Newest first. */
  orders(selection: OrderSelection): Promise<readonly OrderReport[]>;
  /** Every SKU of every tenant, by tenant and SKU. */
  stockRows(): Promise<readonly StockReport[]>;
  /** Sums over confirmed and captured orders, by tenant, customer and currency. */
  customerTotals(): Promise<readonly CustomerTotal[]>;
  close(): Promise<void>;
}

interface OrderRow {
  readonly id: string;
  readonly customer: string | null;
  readonly cart_id: string | null;
  readonly status: string | null;
  readonly placed_at_ms: string | null;
  readonly currency: string | null;
  readonly total_minor: string | null;
  readonly tax_minor: string | null;
  readonly refunded_minor: string;
  readonly lines: Data;
  readonly refusal_code: string | null;
}

interface StockRow {
  readonly tenant: string;
  readonly id: string;
  readonly received: string;
  readonly adjusted: string;
  readonly sold: string;
  readonly returned: string;
  readonly held: string;
  readonly on_hand: string;
  readonly available: string;
}

interface TotalRow {
  readonly tenant: string;
  readonly customer: string;
  readonly currency: string;
  readonly paid_minor: string;
  readonly orders: string;
}

/** The reports from Postgres. */
export function postgresReports(source: DatabaseSource): Reports {
  const database = databaseOf(source, { applicationName: "stampede reports", connectionsMax: 1 });
  return {
    async orders(selection) {
      const column = "customer" in selection ? "customer" : "cart_id";
      const wanted = "customer" in selection ? selection.customer : selection.cartId;
      const rows = await database.read(
        (sql) => sql<OrderRow[]>`
        select * from orders where tenant = ${selection.tenant} and ${sql(column)} = ${wanted}
        order by placed_at_ms desc, id desc limit ${selection.limit}::integer`,
      );
      return rows.map(orderOf);
    },

    async stockRows() {
      const rows = await database.read(
        (sql) => sql<StockRow[]>`
        select tenant, id, received, adjusted, sold, returned, held, on_hand, available from stock
        order by tenant, id`,
      );
      return rows.map(stockOf);
    },

    async customerTotals() {
      const rows = await database.read(
        (sql) => sql<TotalRow[]>`
        select tenant, customer, currency, sum(total_minor - refunded_minor) as paid_minor, count(*) as orders
        from orders where status in ('confirmed', 'captured')
        group by tenant, customer, currency order by tenant, customer, currency`,
      );
      return rows.map(({ tenant, customer, currency, paid_minor, orders }) => ({
        tenant,
        customer,
        currency,
        paidMinor: Number(paid_minor),
        orders: Number(orders),
      }));
    },

    close: () => database.close(),
  };
}

function orderOf(row: OrderRow): OrderReport {
  return {
    orderId: row.id,
    customer: row.customer ?? "",
    cartId: row.cart_id ?? "",
    status: row.status ?? "",
    placedAtMs: Number(row.placed_at_ms ?? 0),
    currency: row.currency ?? "",
    totalMinor: Number(row.total_minor ?? 0),
    taxMinor: Number(row.tax_minor ?? 0),
    refundedMinor: Number(row.refunded_minor),
    lines: row.lines,
    refusalCode: row.refusal_code,
  };
}

function stockOf(row: StockRow): StockReport {
  return {
    tenant: row.tenant,
    sku: row.id,
    received: Number(row.received),
    adjusted: Number(row.adjusted),
    sold: Number(row.sold),
    returned: Number(row.returned),
    held: Number(row.held),
    onHand: Number(row.on_hand),
    available: Number(row.available),
  };
}
