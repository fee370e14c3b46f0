import type { ISql, Sql } from "postgres";
import type { OrderRecord, OrderRecordLine } from "../../engine/ports/shop-records.ts";
import type { Database } from "./database.ts";
import { Transaction } from "./transaction.ts";

/** What has become of an order, as its row tells: the money that went back included. */
export const ORDER_STATES = [
  "placed",
  "confirmed",
  "captured",
  "refused",
  "partly-refunded",
  "refunded",
] as const;

/** One of {@link ORDER_STATES}. */
export type OrderState = (typeof ORDER_STATES)[number];

/** An order as the read model knows it: what it was placed with, and what has become of it. */
export interface ListedOrder extends Omit<OrderRecord, "id"> {
  readonly orderId: string;
  readonly state: OrderState;
  /** Why it was refused; null for any other. */
  readonly refusalCode: string | null;
  readonly refundedMinor: number;
}

/** Which orders are wanted: those of a tenant to which all that is named applies. */
export interface OrderSelection {
  readonly tenant: string;
  /** Placed at this time or later, milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
  /** Placed before. */
  readonly untilMs?: number | undefined;
  readonly states?: readonly OrderState[] | undefined;
  /** One of the lines is of this product. */
  readonly sku?: string | undefined;
  readonly customer?: string | undefined;
}

/** A page of a list of orders. */
export interface OrderPage {
  /** At most so many. */
  readonly limit: number;
  /** The time by now: new orders are looked for first. */
  readonly nowMs: number;
  /** Only those that the list has behind this order. */
  readonly after?: Pick<ListedOrder, "orderId" | "placedAtMs"> | undefined;
}

/** Orders as they were at one moment, while the shop goes on. */
export interface OrdersAtOneMoment {
  /** How far the read models had followed the journal: number of the last segment by shard. */
  readonly positions: ReadonlyMap<number, number>;
  /** The oldest first, in pages that fit into memory however many there are. Once. */
  readonly pages: AsyncGenerator<readonly ListedOrder[]>;
}

interface OrderRow {
  readonly id: string;
  readonly customer: string | null;
  readonly state: OrderState;
  readonly placed_at_ms: string | null;
  readonly currency: string | null;
  readonly total_minor: string | null;
  readonly tax_minor: string | null;
  readonly refunded_minor: string;
  readonly lines: readonly OrderRecordLine[] | null;
  readonly refusal_code: string | null;
}

// An order may have two thousand lines.
const ROWS_PER_FETCH = 200;
// A minute, an hour, a day, a month, and all there is.
const SPANS_MS = [60_000, 3_600_000, 86_400_000, 2_592_000_000, Number.POSITIVE_INFINITY];

/**
 * The newest orders first; those placed in the same millisecond by id. The index by time finds a span of it, not the end of
 * it: a page is looked for in a short span first, and in longer ones until it is full.
 */
export async function listOrders(
  database: Database,
  selection: OrderSelection,
  { limit, nowMs, after }: OrderPage,
): Promise<readonly ListedOrder[]> {
  const endMs = Math.min(nowMs, selection.untilMs ?? nowMs, after?.placedAtMs ?? nowMs);
  for (const spanMs of SPANS_MS) {
    const sinceMs = Math.max(endMs - spanMs, selection.sinceMs ?? 0);
    const rows = await database.read((sql) => {
      const behind =
        after === undefined
          ? sql``
          : sql`
            and placed_at_ms <= ${after.placedAtMs}::bigint
            and (placed_at_ms, id) < (${after.placedAtMs}::bigint, ${after.orderId}::text)`;
      return sql<OrderRow[]>`
        ${selected(sql, { ...selection, sinceMs })} ${behind}
        order by placed_at_ms desc, id desc limit ${limit}::integer`;
    });
    const isAll = sinceMs === 0 || sinceMs === selection.sinceMs;
    if (rows.length === limit || isAll) return rows.map(listedOrder);
  }
  return [];
}

/** One order; undefined when the read model does not have it, or not yet. */
export async function findOrder(
  database: Database,
  tenant: string,
  orderId: string,
): Promise<ListedOrder | undefined> {
  const [row] = await database.read(
    (sql) => sql<OrderRow[]>`${selected(sql, { tenant })} and id = ${orderId}::text`,
  );
  return row === undefined ? undefined : listedOrder(row);
}

/**
 * Ids of the orders, in the read model, with this number of a cart whose id ends so; small and capital letters are alike. Looks at
 * every order.
 */
export async function findOrderIds(
  database: Database,
  tenant: string,
  { cartEnd, number }: { readonly cartEnd: string; readonly number: string },
): Promise<readonly string[]> {
  const rows = await database.read(
    (sql) => sql<{ readonly id: string }[]>`
      select id from orders
      where tenant = ${tenant} and upper(right(split_part(id, '~', 1), 6)) = upper(${cartEnd}::text)
        and split_part(id, '~', 2) = ${number}::text
      order by id`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Reads orders and how far they follow the journal, so that they belong together while the shop goes on. Postgres copies what
 * is wanted aside, and then holds no moment of the database any more, however long `use` takes: nothing waits to be vacuumed.
 * @throws whatever the database says when `signal` ends it, at once, also while Postgres is sorting.
 */
export async function readOrdersAtOneMoment<Result>(
  database: Database,
  selection: OrderSelection,
  use: (orders: OrdersAtOneMoment) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const transaction = await Transaction.begin(
    database,
    "begin isolation level repeatable read read only",
    signal,
  );
  const { sql } = transaction;
  let end = (): void => undefined;
  try {
    const [server] = await sql<{ readonly pid: number }[]>`select pg_backend_pid() as pid`;
    // Postgres does not notice while it sorts that nobody listens any more.
    end = () =>
      void database
        .write((other) => other`select pg_terminate_backend(${server?.pid ?? null}::integer)`)
        .catch(() => undefined);
    signal.addEventListener("abort", end);
    signal.throwIfAborted();
    await sql`
      declare wanted_orders no scroll cursor with hold for ${selected(sql, selection)} order by placed_at_ms, id`;
    const positions = await positionsOf(sql);
    await transaction.commit();
    return await use({ positions, pages: pagesOf(sql) });
  } finally {
    signal.removeEventListener("abort", end);
    await transaction.end();
  }
}

async function positionsOf(sql: ISql): Promise<ReadonlyMap<number, number>> {
  const rows = await sql<{ readonly shard: number; readonly seq: string }[]>`
    select shard, seq from projected_position`;
  return new Map(rows.map(({ shard, seq }) => [shard, Number(seq)]));
}

async function* pagesOf(sql: Sql): AsyncGenerator<readonly ListedOrder[]> {
  for (;;) {
    const rows = await sql.unsafe<OrderRow[]>(`fetch ${ROWS_PER_FETCH} from wanted_orders`);
    if (rows.length > 0) yield rows.map(listedOrder);
    if (rows.length < ROWS_PER_FETCH) return;
  }
}

function selected(sql: ISql, { tenant, sinceMs, untilMs, states, sku, customer }: OrderSelection) {
  const state = sql`
    case
      when status in ('securing', 'authorising', 'selling') then 'placed'
      when refunded_minor = 0 then status
      when refunded_minor < total_minor then 'partly-refunded'
      else 'refunded'
    end`;
  return sql`
    select id, customer, ${state} as state, placed_at_ms, currency, total_minor, tax_minor, refunded_minor, lines,
      refusal_code
    from orders where tenant = ${tenant}
    ${sinceMs === undefined ? sql`` : sql`and placed_at_ms >= ${sinceMs}::bigint`}
    ${untilMs === undefined ? sql`` : sql`and placed_at_ms < ${untilMs}::bigint`}
    ${states === undefined ? sql`` : sql`and ${state} = any(string_to_array(${states.join()}::text, ','))`}
    ${sku === undefined ? sql`` : sql`and lines @> ${JSON.stringify([{ sku }])}::text::jsonb`}
    ${customer === undefined ? sql`` : sql`and customer = ${customer}`}`;
}

function listedOrder(row: OrderRow): ListedOrder {
  return {
    orderId: row.id,
    placedAtMs: Number(row.placed_at_ms ?? 0),
    customer: row.customer ?? "",
    state: row.state,
    refusalCode: row.refusal_code,
    currency: row.currency ?? "",
    totalMinor: Number(row.total_minor ?? 0),
    taxMinor: Number(row.tax_minor ?? 0),
    refundedMinor: Number(row.refunded_minor),
    lines: row.lines ?? [],
  };
}
