import type { Sql } from "postgres";
import type { Peer, PeerBooks, PeerHold } from "../peer.ts";
import { counterBooks, HOT_SKU, holdExpiry, stockCounter } from "./counter.ts";

/**
 * The stock is a number in one row, and each step is a transaction that reads first and decides in the program: what an
 * object-relational mapper makes of it. The row is locked over four round trips.
 */
export class RowInTransaction implements Peer {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  stock(units: number): Promise<void> {
    return stockCounter(this.#sql, units);
  }

  hold(key: string): Promise<PeerHold | undefined> {
    return this.#sql.begin(async (sql) => {
      const [row] = await sql<{ available: number }[]>`
        select available from stock where sku = ${HOT_SKU} for update`;
      if (row === undefined || row.available < 1) return undefined;
      await sql`update stock set available = ${row.available - 1} where sku = ${HOT_SKU}`;
      await sql`insert into hold (key, sku, expires_at) values (${key}, ${HOT_SKU}, ${holdExpiry()})`;
      return { key, unit: null };
    });
  }

  async checkOut({ key }: PeerHold): Promise<void> {
    await this.#sql.begin(async (sql) => {
      const [held] = await sql<{ sku: string }[]>`select sku from hold where key = ${key} for update`;
      if (held === undefined) throw new Error(`nothing is held for ${key}`);
      await sql`delete from hold where key = ${key}`;
      await sql`insert into bought (key, sku) values (${key}, ${held.sku})`;
    });
  }

  books(): Promise<PeerBooks> {
    return counterBooks(this.#sql);
  }

  close(): Promise<void> {
    return this.#sql.end();
  }
}
