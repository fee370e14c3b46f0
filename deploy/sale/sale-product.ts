import type { SaleTerms } from "../../gateway/protocol/messages.ts";
import type { Database } from "../../persistence/postgres/database.ts";

/** A product as the read models have it: what an operator of a sale looks at. */
export interface SaleProduct {
  readonly sku: string;
  readonly title: string;
  readonly category: string;
  readonly currency: string;
  /** The price outside a sale, minor units. */
  readonly unitPriceMinor: number;
  readonly sale: SaleTerms | null;
  readonly pause: ProductPause | null;
  readonly onHand: number;
  readonly available: number;
  readonly held: number;
  /** Units that were sold and have not come back, in this sale and before. */
  readonly sold: number;
}

/** That a product is not sold, since when, and why. */
export type ProductPause = { readonly reason: string; readonly sinceMs: number };

interface StockRow {
  readonly id: string;
  readonly title: string;
  readonly category: string | null;
  readonly currency: string;
  readonly unit_price_minor: string;
  readonly sale_id: string | null;
  readonly sale_title: string;
  readonly sale_unit_price_minor: string;
  readonly sale_starts_at_ms: string;
  readonly sale_ends_at_ms: string;
  readonly sale_limit_per_customer: string | null;
  readonly sale_waiting_room: boolean | null;
  readonly paused_reason: string | null;
  readonly paused_at_ms: string | null;
  readonly sold: string;
  readonly returned: string;
  readonly held: string;
  readonly on_hand: string;
  readonly available: string;
}

/** All products that the shop lists, by SKU. */
export async function readSaleProducts({ sql }: Database, tenant: string): Promise<readonly SaleProduct[]> {
  const rows = await sql<StockRow[]>`
    select id, title, category, currency, unit_price_minor, sale_id, sale_title, sale_unit_price_minor,
      sale_starts_at_ms, sale_ends_at_ms, sale_limit_per_customer, sale_waiting_room, paused_reason, paused_at_ms,
      sold, returned, held, on_hand, available
    from stock where tenant = ${tenant} and title is not null order by id`;
  return rows.map((row) => ({
    sku: row.id,
    title: row.title,
    category: row.category ?? "",
    currency: row.currency,
    unitPriceMinor: Number(row.unit_price_minor),
    sale: row.sale_id === null ? null : saleOf(row.sale_id, row),
    pause:
      row.paused_at_ms === null
        ? null
        : { reason: row.paused_reason ?? "", sinceMs: Number(row.paused_at_ms) },
    onHand: Number(row.on_hand),
    available: Number(row.available),
    held: Number(row.held),
    sold: Number(row.sold) - Number(row.returned),
  }));
}

function saleOf(id: string, row: StockRow): SaleTerms {
  return {
    id,
    title: row.sale_title,
    unitPriceMinor: Number(row.sale_unit_price_minor),
    startsAtMs: Number(row.sale_starts_at_ms),
    endsAtMs: Number(row.sale_ends_at_ms),
    limitPerCustomer: row.sale_limit_per_customer === null ? null : Number(row.sale_limit_per_customer),
    ...(row.sale_waiting_room === true ? { waitingRoom: true } : {}),
  };
}
