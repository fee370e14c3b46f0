import type { Sql } from "postgres";
import type { Peer, PeerBooks, PeerHold } from "../peer.ts";
import { HOT_SKU, holdExpiry } from "./counter.ts";

// Takes seconds, where a statement may take a minute.
const ROWS_PER_STATEMENT = 500_000;

/**
 * Every unit is a row, and whoever wants one takes the next that nobody else has locked (`SKIP LOCKED`): buyers do not wait
 * for one another. Each step is one statement.
 *
 * Everybody starts to look at a row of his own choice. From the first row on, as the textbook has it, each would pass by
 * all that were sold since the table was last cleaned, and sales slow down by half within seconds.
 */
export class UnitRows implements Peer {
  readonly #sql: Sql;
  #units = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async stock(units: number): Promise<void> {
    this.#units = units;
    await this.#sql.unsafe(`
      drop table if exists unit, bought;
      create table unit (id integer primary key, sku text not null, held_by text, held_until timestamptz,
        sold boolean not null default false) with (fillfactor = 50);
      create table bought (key text primary key, unit integer not null, sku text not null,
        bought_at timestamptz not null default now())`);
    for (let made = 0; made < units; made += ROWS_PER_STATEMENT) {
      const last = Math.min(units, made + ROWS_PER_STATEMENT);
      await this.#sql`
        insert into unit (id, sku)
        select number, ${HOT_SKU} from generate_series(${made + 1}::integer, ${last}::integer) as number`;
    }
    await this.#sql.unsafe("create index free_unit on unit (sku, id) where held_by is null");
    await this.#sql.unsafe("vacuum analyze unit");
  }

  async hold(key: string): Promise<PeerHold | undefined> {
    const start = 1 + Math.floor(Math.random() * this.#units);
    const unit = (await this.#take(key, start)) ?? (start === 1 ? undefined : await this.#take(key, 1));
    return unit === undefined ? undefined : { key, unit };
  }

  async checkOut({ key, unit }: PeerHold): Promise<void> {
    const bought = await this.#sql`
      with taken as (
        update unit set sold = true where id = ${unit} and held_by = ${key} and not sold returning id, sku)
      insert into bought (key, unit, sku) select ${key}, id, sku from taken`;
    if (bought.count !== 1) throw new Error(`nothing is held for ${key}`);
  }

  async books(): Promise<PeerBooks> {
    const orders = await this.#sql<{ key: string }[]>`select key from bought`;
    const [counts] = await this.#sql<{ held: number; left: number }[]>`
      select count(*) filter (where held_by is not null and not sold)::integer as held,
        count(*) filter (where held_by is null)::integer as left from unit`;
    return {
      orders: new Set(orders.map(({ key }) => key)),
      heldUnits: counts?.held ?? 0,
      unitsLeft: counts?.left ?? 0,
    };
  }

  close(): Promise<void> {
    return this.#sql.end();
  }

  /** Sets the first free unit from this one on aside; undefined when there is none that nobody else is about to take. */
  async #take(key: string, firstId: number): Promise<number | undefined> {
    const [taken] = await this.#sql<{ id: number }[]>`
      update unit set held_by = ${key}, held_until = ${holdExpiry()}
      where id = (
        select id from unit where sku = ${HOT_SKU} and held_by is null and id >= ${firstId}
        order by id limit 1 for update skip locked)
      returning id`;
    return taken?.id;
  }
}
