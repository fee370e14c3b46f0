import { countText } from "../figures/figures-text.ts";
import { keptItsWord, type FlashSaleReport } from "./flash-sale-report.ts";
import type { LatencyMs } from "./tally.ts";

// Beyond this share of a processor the generator's own queue shows in the latencies.
const GENERATOR_LOAD_MAX = 0.9;

/** The report for people, in lines. */
export function flashSaleText(report: FlashSaleReport): string {
  return [headline(report), "", ...latencies(report), "", ...counts(report), "", verdict(report)]
    .concat(warnings(report))
    .join("\n");
}

function headline(report: FlashSaleReport): string {
  const { ordersPerSecond, confirmed, seconds, sockets, skus, endedEarly, shopWentAway } = report;
  const products = skus === 1 ? "one product" : `${skus} products`;
  const shoppers = sockets === 1 ? "one shopper" : `${countText(sockets)} shoppers`;
  const rate = `${countText(ordersPerSecond)} orders/s`;
  const scope = `${countText(confirmed)} orders in ${seconds} s, ${shoppers}, ${products}`;
  const why = shopWentAway ? " because the shop went away" : "";
  return `${rate}   (${scope})${endedEarly ? ` — ended early${why}` : ""}`;
}

function latencies({ latencyMs, commandLatencyMs }: FlashSaleReport): readonly string[] {
  const row = (name: string, { p50, p95, p99, max }: LatencyMs): string =>
    name.padEnd(22) +
    [p50, p95, p99, max].map((ms) => (max === 0 ? "unknown" : ms.toFixed(2)).padStart(10)).join("");
  return [
    "latency, ms".padEnd(22) + ["p50", "p95", "p99", "max"].map((name) => name.padStart(10)).join(""),
    row("add to cart", commandLatencyMs["cart.add"]),
    row("checkout", commandLatencyMs.checkout),
    row("whole order", latencyMs),
  ];
}

function counts(report: FlashSaleReport): readonly string[] {
  const { refused, refusedByCode, unknown, retries, cpuMicrosPerOrder } = report;
  const { shop, postgres, generator } = report.cpuMicrosPerOrderByPart;
  const codes = Object.entries(refusedByCode).map(([code, count]) => `${code} ${countText(count)}`);
  const micros = (value: number | null): string => (value === null ? "unknown" : `${value} µs`);
  const parts = `shop ${micros(shop)}, Postgres ${micros(postgres)}, generator ${micros(generator)}`;
  return [
    `refused       ${countText(refused)}${codes.length > 0 ? ` (${codes.join(", ")})` : ""}`,
    `no answer     ${countText(unknown)}${retries > 0 ? `, sent again ${countText(retries)}` : ""}`,
    `CPU per order ${micros(cpuMicrosPerOrder)} (${parts})`,
  ];
}

function verdict(report: FlashSaleReport): string {
  const { acknowledged, confirmedInJournal, lost, oversold, unexplained, soldUnits, receivedUnits } = report;
  const { contradicted, warmUpSeconds } = report;
  if (
    confirmedInJournal === null ||
    soldUnits === null ||
    receivedUnits === null ||
    unexplained === null ||
    contradicted === null
  ) {
    const told = `${countText(acknowledged)} acknowledged`;
    return `NOT COMPARED: ${told}; the journal cannot be read. Once the shop is back: stampede verify`;
  }
  const scope = warmUpSeconds > 0 ? " (with the warm-up)" : "";
  const orders = `${countText(acknowledged)} acknowledged${scope}, ${countText(confirmedInJournal)} in the journal, ${lost} lost`;
  const units = `${countText(soldUnits)} of ${countText(receivedUnits)} units sold, ${oversold} oversold`;
  const unasked = unexplained > 0 ? `; ${unexplained} orders that nobody asked for` : "";
  const otherwise = contradicted > 0 ? `; ${contradicted} answers that the journal says otherwise` : "";
  return `${keptItsWord(report) ? "kept its word" : "BROKE ITS WORD"}: ${orders}; ${units}${unasked}${otherwise}`;
}

function warnings({
  generatorLoad,
  lostOrders,
  contradictions,
  cpuUnknownBecause,
}: FlashSaleReport): readonly string[] {
  const lines = [...contradictions];
  if (lostOrders.length > 0) lines.push(`lost: ${lostOrders.join(", ")}`);
  if (cpuUnknownBecause !== null) lines.push(`note: CPU time is unknown: ${cpuUnknownBecause}`);
  if (generatorLoad > GENERATOR_LOAD_MAX) {
    const percent = Math.round(generatorLoad * 100);
    lines.push(`note: the load generator used ${percent} % of a processor; latencies include its own queue`);
  }
  return lines;
}
