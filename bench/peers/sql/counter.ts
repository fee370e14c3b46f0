import type { Sql } from "postgres";
import { HOLD_MINUTES, type PeerBooks } from "../peer.ts";

/** The one product that everybody wants. */
export const HOT_SKU = "hot";

/** Makes the tables where the stock is a number in a row, empty, with so many units. */
export async function stockCounter(sql: Sql, units: number): Promise<void> {
  await sql.unsafe(`
    drop table if exists stock, hold, bought;
    create table stock (sku text primary key, available integer not null) with (fillfactor = 50);
    create table hold (key text primary key, sku text not null, expires_at timestamptz not null);
    create table bought (key text primary key, sku text not null, bought_at timestamptz not null default now())`);
  await sql`insert into stock (sku, available) values (${HOT_SKU}, ${units})`;
}

/** What these tables say. */
export async function counterBooks(sql: Sql): Promise<PeerBooks> {
  const orders = await sql<{ key: string }[]>`select key from bought`;
  const [counts] = await sql<{ held: number; left: number }[]>`
    select (select count(*)::integer from hold) as held, available as left from stock where sku = ${HOT_SKU}`;
  if (counts === undefined) throw new Error(`there is no stock of ${HOT_SKU}`);
  return {
    orders: new Set(orders.map(({ key }) => key)),
    heldUnits: counts.held,
    unitsLeft: counts.left,
  };
}

/** When a hold that is made now ends. */
export function holdExpiry(): Date {
  return new Date(Date.now() + HOLD_MINUTES * 60_000);
}
