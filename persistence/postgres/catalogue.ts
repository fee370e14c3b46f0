import type { Sql } from "postgres";
import type {
  Catalogue,
  CatalogueEntry,
  CataloguePage,
  CatalogueQuery,
  CatalogueSale,
} from "../../engine/ports/catalogue.ts";
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
  readonly sale_waiting_room: boolean | null;
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
    async search({ words, ...query }) {
      const wanted = wordsOf(words);
      const page = (sought: readonly string[]) => questions.ask((sql) => pageOf(sql, query, sought, nowMs()));
      const found = await page(wanted);
      if (found.total > 0 || wanted.length === 0) return found;
      const meant = await questions.ask((sql) => wordsMeant(sql, query.tenant, wanted));
      const isOther = meant.some((word, place) => word.toLowerCase() !== wanted[place]?.toLowerCase());
      return isOther ? page(meant) : found;
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

/** The products that contain all of the words: those with all of them in the title first. */
async function pageOf(
  sql: Sql,
  { tenant, category, offset, limit }: Omit<CatalogueQuery, "words">,
  words: readonly string[],
  nowMs: number,
): Promise<CataloguePage> {
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
  // Small letters are those of Postgres on both sides: JavaScript's are others for some, such as Σ at the end of a word, and İ.
  const containsAll = patterns.map((pattern) => sql`and search_text like lower(${pattern}::text)`);
  // The total comes along even when the page lies behind the last entry.
  const rows = await sql<(SearchRow | { readonly id: null; readonly total: string })[]>`
    with matching as materialized (
      select id, title, lower(title) like all (lower(${textsLiteral(patterns)})::text[]) as in_title,
        coalesce(sale_starts_at_ms <= ${nowMs}::bigint and ${nowMs}::bigint < sale_ends_at_ms, false) as on_sale
      from stock
      where tenant = ${tenant} and title is not null
        and (${category ?? null}::text is null or category = ${category ?? null}::text)
        ${containsAll.reduce((others, further) => sql`${others} ${further}`, sql``)}
    ),
    page as (
      select * from matching order by in_title desc, on_sale desc, title, id
      offset ${offset}::integer limit ${limit}::integer
    )
    select stock.*, counted.total
    from (select count(*) as total from matching) as counted
    left join page on true
    left join stock on stock.tenant = ${tenant} and stock.id = page.id
    order by page.in_title desc, page.on_sale desc, page.title, page.id`;
  const entries = rows.flatMap((row) => (row.id === null ? [] : [entryOf(row, nowMs)]));
  return { entries, total: Number(rows[0]?.total ?? 0) };
}

/** The words, those that no product has replaced by the one that is most like them. What has digits is no word, but a number of a product. */
async function wordsMeant(sql: Sql, tenant: string, words: readonly string[]): Promise<readonly string[]> {
  const typed = words.filter((word) => !/\d/.test(word));
  const rows = await sql<{ readonly mistyped: string; readonly meant: string }[]>`
    select mistyped, meant from words_meant(${tenant}, ${textsLiteral(typed)}::text[])`;
  const meant = new Map(rows.map((row) => [row.mistyped, row.meant]));
  return words.map((word) => meant.get(word) ?? word);
}

function wordsOf(words: string | undefined): readonly string[] {
  const wanted = (words ?? "").split(/\s+/);
  return wanted.filter((word) => word !== "").slice(0, WORDS_MAX);
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
    ...(row.sale_waiting_room === true ? { waitingRoom: true } : {}),
  };
}
