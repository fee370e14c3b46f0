import type { Sql } from "postgres";
import type { Peer, PeerBooks, PeerHold } from "../peer.ts";
import { counterBooks, HOT_SKU, holdExpiry, stockCounter } from "./counter.ts";

/** The stock is a number in one row, and each step is one statement: the row is locked for no longer than its commit takes. */
export class RowInStatement implements Peer {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  stock(units: number): Promise<void> {
    return stockCounter(this.#sql, units);
  }

  async hold(key: string): Promise<PeerHold | undefined> {
    const held = await this.#sql`
      with taken as (
        update stock set available = available - 1 where sku = ${HOT_SKU} and available >= 1 returning sku)
      insert into hold (key, sku, expires_at) select ${key}, sku, ${holdExpiry()} from taken`;
    return held.count === 0 ? undefined : { key, unit: null };
  }

  async checkOut({ key }: PeerHold): Promise<void> {
    const bought = await this.#sql`
      with held as (delete from hold where key = ${key} returning key, sku)
      insert into bought (key, sku) select key, sku from held`;
    if (bought.count !== 1) throw new Error(`nothing is held for ${key}`);
  }

  books(): Promise<PeerBooks> {
    return counterBooks(this.#sql);
  }

  close(): Promise<void> {
    return this.#sql.end();
  }
}
