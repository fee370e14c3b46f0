/**
 * What an order costs the database on its way into the read models: rounds of 400 new orders and 25 changes of status, as
 * the projector applies them in a rush, into a table of orders that is empty and then grows; with the planner's figures of the
 * empty table, and with those of the table as it is. Linux only: reads /proc.
 * Run: bun bench/probes/read-models.ts [--rounds 25]
 */
import { readFileSync } from "node:fs";
import { projectOrder } from "../../actors/order/project.ts";
import { parseAddress, type Address } from "../../engine/contract/address.ts";
import type { RowChange } from "../../engine/contract/row-change.ts";
import type { ReadModels } from "../../engine/ports/read-models.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { postgresReadModels } from "../../persistence/postgres/read-models.ts";
import { withProbeDatabase } from "./probe-database.ts";
import { readOptions, wholeNumber } from "./options.ts";
import { printTable } from "./table.ts";

const USAGE = `bun bench/probes/read-models.ts [options]

What an order costs the database on its way into the read models.

  --rounds N   rounds of 400 new orders and 25 changes of status, into each table (default: 25)
`;
const values = readOptions(USAGE, { rounds: { type: "string", default: "25" } });
const ROUNDS = wholeNumber("--rounds", values.rounds);
const WARM_UP_ROUNDS = 6;
const NEW_PER_ROUND = 400;
const UPDATES_PER_ROUND = 25;
const TABLE_SIZES = [0, 100_000, 500_000];
const SHARDS = Array.from({ length: 200 }, (_, shard) => shard);

/** Applies rounds of orders, each behind the one before. */
class Rounds {
  readonly #models: ReadModels;
  #seq = 0;
  #open: readonly Address[] = [];

  constructor(models: ReadModels) {
    this.#models = models;
  }

  async apply(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      const placed = Array.from({ length: NEW_PER_ROUND }, orderAddress);
      const changes = [
        ...this.#open.flatMap((address) => projectOrder({ type: "PaymentCaptured" }, address, Date.now())),
        ...placed.flatMap((address) => confirmedOrder(address)),
      ];
      this.#seq += 1;
      await this.#models.apply(
        changes,
        SHARDS.map((shard) => ({ shard, seq: this.#seq })),
      );
      this.#open = placed.slice(0, UPDATES_PER_ROUND);
    }
  }
}

await withProbeDatabase(measure, { connectionsMax: 1 });

// One connection throughout: plans made for the empty table have to serve the large one.
async function measure(database: Database): Promise<void> {
  const models = postgresReadModels(database);
  await models.positions();
  const rounds = new Rounds(models);
  const table: (string | number)[][] = [];
  await database.sql`alter table orders set (autovacuum_enabled = off)`;
  for (const size of TABLE_SIZES) {
    if (size > 0) await fillTo(database, size);
    table.push([size.toLocaleString("en"), "of the empty table", ...(await cost(database, rounds))]);
    await database.sql`checkpoint`;
  }
  await database.sql`vacuum analyze orders`;
  table.push([
    TABLE_SIZES.at(-1)?.toLocaleString("en") ?? "",
    "up to date",
    ...(await cost(database, rounds)),
  ]);
  await models.close();
  printTable(
    [
      "orders in the table",
      "planner's figures",
      "backend, µs per order",
      "bytes of the log per order",
      "round, ms",
    ],
    table,
  );
}

/** Processor time and bytes of the log per order, and the length of a round, ms. */
async function cost(database: Database, rounds: Rounds): Promise<readonly number[]> {
  await rounds.apply(WARM_UP_ROUNDS);
  const before = await used(database);
  const startedAtMs = performance.now();
  await rounds.apply(ROUNDS);
  const roundMs = (performance.now() - startedAtMs) / ROUNDS;
  const after = await used(database);
  const orders = ROUNDS * NEW_PER_ROUND;
  return [
    (after.backendsMicros - before.backendsMicros) / orders,
    (after.logBytes - before.logBytes) / orders,
    roundMs,
  ];
}

/** All changes of an order that was placed, paid and confirmed within one round. */
function confirmedOrder(address: Address): readonly RowChange[] {
  const atMs = Date.now();
  const lines = [
    { line: 1, sku: "PROBE-1", title: "Probe product", quantity: 1, unitPriceMinor: 4_900, taxMinor: 782 },
  ];
  const customer = Bun.randomUUIDv7();
  return [
    ...projectOrder(
      {
        type: "OrderPlaced",
        status: "authorising",
        customer,
        currency: "EUR",
        lines,
        securing: [],
        paymentToken: null,
        ticket: 1,
      },
      address,
      atMs,
    ),
    ...projectOrder({ type: "PaymentAuthorised", reference: "probe" }, address, atMs),
    ...projectOrder({ type: "OrderConfirmed" }, address, atMs),
  ];
}

function orderAddress(): Address {
  const address = parseAddress(`shop/order/${Bun.randomUUIDv7()}~1`);
  if (address === undefined) throw new Error("an order's id is not an id");
  return address;
}

/** Brings the table to `size` orders that look like those of the rounds. The planner learns nothing of it. */
async function fillTo(database: Database, size: number): Promise<void> {
  const sql = database.connect({ statementDeadlineMs: 600_000 });
  try {
    await sql`
      insert into orders (
        tenant, id, customer, cart_id, status, placed_at_ms, total_minor, tax_minor, currency, lines
      )
      select model.tenant, made.cart || '~1', made.customer, made.cart, 'captured', model.placed_at_ms - made.place,
        model.total_minor, model.tax_minor, model.currency, model.lines
      from (select * from orders limit 1) as model, lateral (
        select place, gen_random_uuid()::text as cart, gen_random_uuid()::text as customer
        from generate_series(1, ${size}::bigint - (select count(*) from orders)) as given (place)
      ) as made`;
  } finally {
    await sql.end();
  }
}

/** Processor time of the backends, and log written, so far. */
async function used({
  sql,
}: Database): Promise<{ readonly backendsMicros: number; readonly logBytes: number }> {
  const processes = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where backend_type = 'client backend'`;
  const [log] = await sql<{ bytes: string }[]>`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`;
  const backendsMicros = processes.reduce((sum, { pid }) => sum + processMicros(pid), 0);
  return { backendsMicros, logBytes: Number(log?.bytes) };
}

function processMicros(pid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1_000;
}
