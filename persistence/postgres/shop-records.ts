import type { OrderRecord, OrderRecordLine, ShopRecords } from "../../engine/ports/shop-records.ts";
import { textsLiteral } from "./array-literal.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";

interface PositionRow {
  readonly shard: number;
  readonly seq: string;
}

interface OrderRow {
  readonly id: string;
  readonly customer: string;
  readonly placed_at_ms: string;
  readonly currency: string;
  readonly total_minor: string;
  readonly tax_minor: string;
  readonly lines: readonly OrderRecordLine[];
}

interface StockRow {
  readonly positions: Readonly<Record<string, number>> | null;
  readonly on_hand: Readonly<Record<string, number>> | null;
}

/** What the read models in Postgres say. */
export function postgresShopRecords(source: DatabaseSource): ShopRecords {
  const database = databaseOf(source, { applicationName: "stampede webhooks", connectionsMax: 1 });
  return {
    async followed() {
      const rows = await database.read(
        (sql) => sql<PositionRow[]>`select shard, seq from projected_position`,
      );
      return new Map(rows.map(({ shard, seq }) => [shard, Number(seq)]));
    },

    async orders(tenant, ids) {
      const rows = await database.read(
        (sql) => sql<OrderRow[]>`
          select id, customer, placed_at_ms, currency, total_minor, tax_minor, lines from orders
          where tenant = ${tenant} and id = any(${textsLiteral(ids)}::text[]) and placed_at_ms is not null`,
      );
      return new Map(rows.map((row) => [row.id, orderOf(row)]));
    },

    async stock(tenant) {
      // One statement sees one moment.
      const [row] = await database.read(
        (sql) => sql<StockRow[]>`
          select
            (select jsonb_object_agg(shard, seq) from projected_position) as positions,
            (select jsonb_object_agg(id, on_hand) from stock where tenant = ${tenant} and on_hand <> 0) as on_hand`,
      );
      return {
        followed: new Map(
          Object.entries(row?.positions ?? {}).map(([shard, seq]) => [Number(shard), seq] as const),
        ),
        onHand: new Map(Object.entries(row?.on_hand ?? {})),
      };
    },

    close: () => database.close(),
  };
}

function orderOf(row: OrderRow): OrderRecord {
  return {
    id: row.id,
    customer: row.customer,
    placedAtMs: Number(row.placed_at_ms),
    currency: row.currency,
    totalMinor: Number(row.total_minor),
    taxMinor: Number(row.tax_minor),
    lines: row.lines,
  };
}
