import { textsLiteral } from "./array-literal.ts";
import { databaseOf } from "./database.ts";
import type { Database, DatabaseSource } from "./database.ts";

/** A product that sells, is held, is paused, or is on sale, as the read model knows it. */
export interface HotProduct {
  readonly sku: string;
  readonly title: string;
  readonly available: number;
  readonly held: number;
  /** Units that were sold and have not come back. */
  readonly sold: number;
  /** Null when it has none. */
  readonly sale: { readonly title: string; readonly startsAtMs: number; readonly endsAtMs: number } | null;
  /** That it is not sold, since when, and why; null while it is. */
  readonly pause: { readonly reason: string; readonly sinceMs: number } | null;
}

/** Which products an operator wants to see. */
export interface HotProducts {
  /** At most {@link HOT_PRODUCTS_MAX}. Those that were hot before keep their places. */
  look(nowMs: number): Promise<readonly HotProduct[]>;
  close(): Promise<void>;
}

/** How many products are shown at once. */
export const HOT_PRODUCTS_MAX = 10;

// The other places are for what sells now; of either, more are shown where the other does not need its places.
const PLACES_OF_WAITING = HOT_PRODUCTS_MAX / 2;
// Each look costs the same, however large the shop and its past are: half a megabyte of orders and so many products.
const ORDER_PAGES_LOOKED_AT = 64;
const ORDERS_MS = 5 * 60_000;
const PRODUCTS_LOOKED_AT = 1_000;
// A sale is of interest before it begins.
const AHEAD_MS = 60 * 60_000;
const STATEMENT_MS_MAX = 2_000;

/** A product that the walk through the catalogue has found. */
interface Found {
  readonly sku: string;
  /** What is on sale comes before what is paused, and both before what is only held. */
  readonly rank: number;
  readonly held: number;
}

interface Page {
  readonly last: string | null;
  readonly found: readonly Found[];
}

interface Row {
  readonly id: string;
  readonly title: string | null;
  readonly available: string;
  readonly held: string;
  readonly sold: string;
  readonly sale_id: string | null;
  readonly sale_title: string | null;
  readonly sale_starts_at_ms: string | null;
  readonly sale_ends_at_ms: string | null;
  readonly paused_reason: string | null;
  readonly paused_at_ms: string | null;
}

/**
 * The hot products from the read models. Those that were ordered lately come from the end of the orders; those that are held, paused or on sale are
 * found by going through the catalogue, one page with each look, so that all of a large one has been seen after a minute or two.
 */
export class PostgresHotProducts implements HotProducts {
  readonly #database: Database;
  readonly #tenant: string;
  #shown: readonly string[] = [];
  /** Where the walk through the catalogue is. */
  #after = "";
  /** What it has found, this time and the time before. */
  #found: readonly Found[] = [];
  #foundBefore: readonly Found[] = [];

  constructor(source: DatabaseSource, tenant: string) {
    this.#tenant = tenant;
    this.#database = databaseOf(source, {
      applicationName: "stampede console",
      connectionsMax: 1,
      statementDeadlineMs: STATEMENT_MS_MAX,
    });
  }

  async look(nowMs: number): Promise<readonly HotProduct[]> {
    const [selling, waiting] = await Promise.all([this.#ordered(nowMs), this.#walk(nowMs)]);
    const places = HOT_PRODUCTS_MAX - Math.min(waiting.length, PLACES_OF_WAITING);
    const first = selling.slice(0, places);
    const hot = [...new Set([...first, ...waiting, ...selling])].slice(0, HOT_PRODUCTS_MAX);
    const kept = this.#shown.filter((sku) => hot.includes(sku));
    this.#shown = [...kept, ...hot.filter((sku) => !kept.includes(sku))];
    const rows = new Map((await this.#rows(this.#shown)).map((row) => [row.id, row]));
    return this.#shown.flatMap((sku) => rows.get(sku) ?? []).map(productOf);
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** New orders are at the end of their table, or near it. The index over time finds whole blocks of it, in a rush all five minutes of orders. */
  async #ordered(nowMs: number): Promise<readonly string[]> {
    const [table] = await this.#database.read(
      (sql) => sql<{ pages: number }[]>`
        select (pg_relation_size('orders') / current_setting('block_size')::integer)::integer as pages`,
    );
    const firstPage = Math.max(0, (table?.pages ?? 0) - ORDER_PAGES_LOOKED_AT);
    const rows = await this.#database.read(
      (sql) => sql<{ sku: string }[]>`
        with newest as materialized (
          select tenant, placed_at_ms, lines from orders where ctid >= ${`(${firstPage},0)`}::tid
        )
        select line ->> 'sku' as sku from newest, jsonb_array_elements(lines) as line
        where tenant = ${this.#tenant} and placed_at_ms > ${nowMs - ORDERS_MS}::bigint
        group by sku order by sum((line ->> 'quantity')::bigint) desc, sku limit ${HOT_PRODUCTS_MAX}::integer`,
    );
    return rows.map(({ sku }) => sku);
  }

  async #walk(nowMs: number): Promise<readonly string[]> {
    const [page] = await this.#database.read(
      (sql) => sql<Page[]>`
        with page as materialized (
          select id, held, coalesce(
            sale_starts_at_ms <= ${nowMs + AHEAD_MS}::bigint and ${nowMs}::bigint < sale_ends_at_ms, false
          ) as on_sale, paused_at_ms is not null as is_paused
          from stock where tenant = ${this.#tenant} and id > ${this.#after}
          order by id limit ${PRODUCTS_LOOKED_AT}::integer
        ), found as (
          select id as sku, held, 2 * on_sale::integer + is_paused::integer as rank
          from page where on_sale or is_paused or held > 0
          order by rank desc, held desc, sku limit ${HOT_PRODUCTS_MAX}::integer
        )
        select (select max(id) from page) as last,
          (select coalesce(jsonb_agg(to_jsonb(found)), '[]') from found) as found`,
    );
    const last = page?.last ?? "";
    if (last === "") [this.#foundBefore, this.#found] = [this.#found, []];
    else this.#found = hottest([...this.#found, ...(page?.found ?? [])]);
    this.#after = last;
    const isNew = new Set(this.#found.map(({ sku }) => sku));
    const before = this.#foundBefore.filter(({ sku }) => !isNew.has(sku));
    return hottest([...this.#found, ...before]).map(({ sku }) => sku);
  }

  #rows(skus: readonly string[]): Promise<readonly Row[]> {
    return this.#database.read(
      (sql) => sql<Row[]>`
        select id, title, available, held, sold - returned as sold, sale_id, sale_title, sale_starts_at_ms,
          sale_ends_at_ms, paused_reason, paused_at_ms
        from stock where tenant = ${this.#tenant} and id = any(${textsLiteral(skus)}::text[])`,
    );
  }
}

function hottest(found: readonly Found[]): readonly Found[] {
  return found
    .toSorted((one, other) => other.rank - one.rank || other.held - one.held)
    .slice(0, HOT_PRODUCTS_MAX);
}

function productOf(row: Row): HotProduct {
  return {
    sku: row.id,
    title: row.title ?? row.id,
    available: Number(row.available),
    held: Number(row.held),
    sold: Number(row.sold),
    sale:
      row.sale_id === null
        ? null
        : {
            title: row.sale_title ?? "",
            startsAtMs: Number(row.sale_starts_at_ms),
            endsAtMs: Number(row.sale_ends_at_ms),
          },
    pause:
      row.paused_at_ms === null
        ? null
        : { reason: row.paused_reason ?? "", sinceMs: Number(row.paused_at_ms) },
  };
}
