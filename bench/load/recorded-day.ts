import type { RetailRow } from "../retail/retail-row.ts";
import { whyNotPlayable } from "../retail/rules.ts";
import { SourceError } from "../retail/source-error.ts";
import { readRetailFile } from "../retail/retail-file.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { runMs } from "./arrival-source.ts";
import type { RecordedBasket } from "./generator-messages.ts";

/** A day of a real shop, ready to be run. */
export interface RecordedDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Products of the run, the one with the most sales first. */
  readonly skus: readonly string[];
  /** In order of time. */
  readonly baskets: readonly RecordedBasket[];
}

/** One invoice as it was made. */
interface Invoice {
  readonly atMs: number;
  readonly sales: RetailRow[];
}

const DAY_LENGTH = "YYYY-MM-DD".length;

/**
 * Reads one day of a retail file as baskets, each at its time at the speed of the scenario. Returns and what no shop sells
 * are left out; prices are the shop's, since a visitor cannot choose them.
 * @throws {SourceError} when the file cannot be read, has no such day, or the day is longer than the scenario.
 */
export async function readRecordedDay(path: string, scenario: Scenario, runId: string): Promise<RecordedDay> {
  const { arrivals } = scenario;
  if (arrivals.kind !== "recorded") throw new Error(`the arrivals of ${scenario.name} are not recorded`);
  const days = await readDays(path);
  const day = arrivals.day ?? busiest(days);
  const invoices = [...(days.get(day)?.values() ?? [])].toSorted((a, b) => a.atMs - b.atMs);
  const firstAtMs = invoices[0]?.atMs;
  if (firstAtMs === undefined) throw new SourceError(path, [{ detail: `nothing was sold on ${day}` }]);
  const skuByCode = skusOf(invoices, runId);
  const baskets = invoices.map(({ atMs, sales }): RecordedBasket => {
    const lines = sales.map(({ sku, quantity }) => ({ sku: skuByCode.get(sku) ?? "", quantity }));
    return { atMs: (atMs - firstAtMs) / arrivals.speed, lines };
  });
  const lastAtMs = baskets.at(-1)?.atMs ?? 0;
  if (lastAtMs >= runMs(scenario)) {
    const [needed, given] = [lastAtMs, runMs(scenario)].map((ms) => Math.ceil(ms / 1_000));
    const detail = `${day} takes more than ${needed} s at speed ${arrivals.speed}, but the phases of ${scenario.name} only ${given} s`;
    throw new SourceError(path, [{ detail }]);
  }
  return { day, skus: [...skuByCode.values()], baskets };
}

/** All sales of the file by day and invoice. */
async function readDays(path: string): Promise<ReadonlyMap<string, ReadonlyMap<string, Invoice>>> {
  const days = new Map<string, Map<string, Invoice>>();
  for await (const row of readRetailFile(path)) {
    if (row.kind !== "sale" || whyNotPlayable(row) !== undefined) continue;
    const day = new Date(row.invoicedAtMs).toISOString().slice(0, DAY_LENGTH);
    const invoices = days.get(day) ?? new Map<string, Invoice>();
    days.set(day, invoices);
    const invoice = invoices.get(row.invoice);
    if (invoice === undefined) invoices.set(row.invoice, { atMs: row.invoicedAtMs, sales: [row] });
    else invoice.sales.push(row);
  }
  return days;
}

/** The day with the most invoices; the first of several. */
function busiest(days: ReadonlyMap<string, ReadonlyMap<string, Invoice>>): string {
  const [day] = [...days].reduce<readonly [string, number]>(
    (best, [each, { size }]) => (size > best[1] ? [each, size] : best),
    ["any day", 0],
  );
  return day;
}

/** The product that stands for each stock code of the file, the one with the most sales first. */
function skusOf(invoices: readonly Invoice[], runId: string): ReadonlyMap<string, string> {
  const sales = new Map<string, number>();
  for (const { sku } of invoices.flatMap((invoice) => invoice.sales))
    sales.set(sku, (sales.get(sku) ?? 0) + 1);
  const byPopularity = [...sales].toSorted(([, a], [, b]) => b - a);
  return new Map(byPopularity.map(([code], index) => [code, `bench-${runId}-${index + 1}`]));
}
