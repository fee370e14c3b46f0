import { textsLiteral } from "./array-literal.ts";
import { databaseOf } from "./database.ts";
import type { Database, DatabaseSource } from "./database.ts";

/** A product that sells, is held, or is on sale, as the read model knows it. */
export interface HotProduct {
  readonly sku: string;
  readonly title: string;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Null when it has none. */
  readonly sale: { readonly title: string; readonly startsAtMs: number; readonly endsAtMs: number } | null;
}

/** Which products an operator wants to see. */
export interface HotProducts {
  /** At most {@link HOT_PRODUCTS_MAX}. Those that were hot before keep their places. */
  look(nowMs: number): Promise<readonly HotProduct[]>;
  close(): Promise<void>;
}

/** How many products are shown at once. */
export const HOT_PRODUCTS_MAX = 10;

// Each look costs the same, however large the shop and its past are: half a megabyte of orders and so many products.
const ORDER_PAGES_LOOKED_AT = 64;
const ORDERS_MS = 5 * 60_000;
const PRODUCTS_LOOKED_AT = 1_000;
// A sale is of interest before it begins.
const AHEAD_MS = 60 * 60_000;
const STATEMENT_MS_MAX = 2_000;

interface Page {
  readonly last: string | null;
  readonly found: readonly string[];
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
}

/**
 * The hot products from the read models. Those that were ordered lately come from the end of the orders; those that are held or on sale are
 * found by going through the catalogue, one page with each look, so that all of a large one has been seen after a minute or two.
 */
export class PostgresHotProducts implements HotProducts {
  readonly #database: Database;
  readonly #tenant: string;
  #shown: readonly string[] = [];
  /** Where the walk through the catalogue is. */
  #after = "";
  /** What it has found, this time and the time before. */
  #found: readonly string[] = [];
  #foundBefore: readonly string[] = [];

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
    const hot = [...new Set([...selling, ...waiting])].slice(0, HOT_PRODUCTS_MAX);
    const kept = this.#shown.filter((sku) => hot.includes(sku));
    this.#shown = [...kept, ...hot.filter((sku) => !kept.includes(sku))];
    const rows = new Map((await this.#rows(this.#shown)).map((row) => [row.id, row]));
    return this.#shown.flatMap((sku) => rows.get(sku) ?? []).map(productOf);
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** New orders are at the end of their table, or near it. No index has them in the order of their time: each would pay for it in a rush. */
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
          ) as on_sale
          from stock where tenant = ${this.#tenant} and id > ${this.#after}
          order by id limit ${PRODUCTS_LOOKED_AT}::integer
        )
        select (select max(id) from page) as last, to_jsonb(array(
          select id from page where on_sale or held > 0
          order by on_sale desc, held desc, id limit ${HOT_PRODUCTS_MAX}::integer
        )) as found`,
    );
    const last = page?.last ?? "";
    if (last === "") [this.#foundBefore, this.#found] = [this.#found, []];
    else this.#found = [...this.#found, ...(page?.found ?? [])].slice(0, HOT_PRODUCTS_MAX);
    this.#after = last;
    return [...this.#found, ...this.#foundBefore];
  }

  #rows(skus: readonly string[]): Promise<readonly Row[]> {
    return this.#database.read(
      (sql) => sql<Row[]>`
        select id, title, available, held, sold, sale_id, sale_title, sale_starts_at_ms, sale_ends_at_ms
        from stock where tenant = ${this.#tenant} and id = any(${textsLiteral(skus)}::text[])`,
    );
  }
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
  };
}
