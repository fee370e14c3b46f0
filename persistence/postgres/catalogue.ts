import type { Catalogue, CatalogueEntry, CatalogueSale } from "../../engine/ports/catalogue.ts";
import { textsLiteral } from "./array-literal.ts";
import { ASKED_MAX, CatalogueQuestions } from "./catalogue-questions.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";

interface EntryRow {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly category: string | null;
  readonly currency: string | null;
  readonly unit_price_minor: string | null;
  readonly available: string;
  readonly sale_id: string | null;
  readonly sale_title: string | null;
  readonly sale_unit_price_minor: string | null;
  readonly sale_starts_at_ms: string | null;
  readonly sale_ends_at_ms: string | null;
  readonly sale_limit_per_customer: string | null;
  readonly paused_at_ms: string | null;
}

interface SearchRow extends EntryRow {
  readonly total: string;
}

/** What a catalogue takes from outside. */
export interface PostgresCatalogueOptions {
  /** Milliseconds since the epoch: tells which sales are running. */
  readonly nowMs?: () => number;
  /** How long a shopper waits for an answer; 5 s unless told. */
  readonly answerDeadlineMs?: number;
}

const WORDS_MAX = 8;
const ANSWER_DEADLINE_MS = 5_000;

/** The catalogue from the read model `stock`. Products that were never listed do not appear. */
export function postgresCatalogue(
  source: DatabaseSource,
  options: PostgresCatalogueOptions = {},
): Catalogue & { close(): Promise<void> } {
  const answerDeadlineMs = options.answerDeadlineMs ?? ANSWER_DEADLINE_MS;
  const database = databaseOf(source, {
    applicationName: "stampede catalogue",
    connectionsMax: ASKED_MAX,
    // Nobody waits longer. A question that had to wait for its turn may be worked on for so long though its caller has gone.
    statementDeadlineMs: answerDeadlineMs,
  });
  const questions = new CatalogueQuestions(database, answerDeadlineMs);
  const nowMs = options.nowMs ?? Date.now;
  return {
    async search({ tenant, words, category, offset, limit }) {
      const now = nowMs();
      // The total comes along even when the page lies behind the last entry.
      const rows = await questions.ask(
        (sql) => sql<(SearchRow | { readonly id: null; readonly total: string })[]>`
        with matching as materialized (
          select * from stock
          where tenant = ${tenant} and title is not null
            and (${category ?? null}::text is null or category = ${category ?? null}::text)
            and not exists (
              select from unnest(${textsLiteral(patternsOf(words))}::text[]) as wanted (pattern)
              where search_text not like lower(pattern)
            )
        )
        select page.*, counted.total
        from (select count(*) as total from matching) as counted
        left join lateral (
          select *, coalesce(sale_starts_at_ms <= ${now}::bigint and ${now}::bigint < sale_ends_at_ms, false) as on_sale
          from matching order by on_sale desc, title, id
          offset ${offset}::integer limit ${limit}::integer
        ) as page on true
        order by page.on_sale desc, page.title, page.id`,
      );
      const entries = rows.flatMap((row) => (row.id === null ? [] : [entryOf(row, now)]));
      return { entries, total: Number(rows[0]?.total ?? 0) };
    },

    async find(tenant, sku) {
      const [row] = await questions.ask(
        (sql) => sql<EntryRow[]>`
        select * from stock where tenant = ${tenant} and id = ${sku} and title is not null`,
      );
      return row === undefined ? undefined : entryOf(row, nowMs());
    },

    close: () => database.close(),
  };
}

function patternsOf(words: string | undefined): readonly string[] {
  const wanted = (words ?? "").split(/\s+/).filter((word) => word !== "");
  return wanted.slice(0, WORDS_MAX).map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
}

function entryOf(row: EntryRow, nowMs: number): CatalogueEntry {
  return {
    sku: row.id,
    title: row.title,
    description: row.description ?? "",
    category: row.category ?? "",
    unitPriceMinor: Number(row.unit_price_minor ?? 0),
    currency: row.currency ?? "",
    available: Number(row.available),
    sale: saleOf(row, nowMs),
    paused: row.paused_at_ms !== null,
  };
}

// A sale that is over is no sale any more, also before anybody has taken it off the product.
function saleOf(row: EntryRow, nowMs: number): CatalogueSale | null {
  if (row.sale_id === null || Number(row.sale_ends_at_ms) <= nowMs) return null;
  return {
    id: row.sale_id,
    title: row.sale_title ?? "",
    unitPriceMinor: Number(row.sale_unit_price_minor),
    startsAtMs: Number(row.sale_starts_at_ms),
    endsAtMs: Number(row.sale_ends_at_ms),
    limitPerCustomer: row.sale_limit_per_customer === null ? null : Number(row.sale_limit_per_customer),
  };
}
