import { ALL_TIMED, TIMED_NAMES } from "../load/timed-names.ts";
import { alignedRows, countText, loadText, msText, refusalsText } from "../figures/figures-text.ts";
import type {
  Latency,
  PhaseResult,
  RunResult,
  Stretch,
  ThresholdResult,
  TimelineSecond,
} from "./run-result.ts";
import { thresholdText } from "./thresholds.ts";
import { keptItsWord } from "./verdict.ts";

/** A run's result for people, in lines. */
export function runText(result: RunResult): string {
  const blocks: readonly (readonly string[])[] = [
    [headline(result)],
    alignedRows(phaseRows(result)),
    alignedRows(latencyRows(result.whole)),
    counts(result),
    [...warnings(result), verdict(result)],
    thresholdLines(result.thresholds),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function headline({ scenario, whole, generators, seed, interrupted, shopWentAway }: RunResult): string {
  const rate = `${countText(whole.ordersPerSecond)} orders/s`;
  const crowd = generators === 1 ? "one generator" : `${generators} generators`;
  const scope = `${countText(whole.orders)} orders in ${whole.seconds} s, ${crowd}, seed ${seed}`;
  const early = shopWentAway ? "because the shop went away" : "because it was told to";
  return `${scenario.name}: ${rate}   (${scope})${interrupted || shopWentAway ? ` — ended early ${early}` : ""}`;
}

function phaseRows({ phases, whole, timeline }: RunResult): readonly (readonly string[])[] {
  const row = (
    { name, fromSecond, toSecond }: Omit<PhaseResult, "measured">,
    { seconds, arrivals, ordersPerSecond, ...stretch }: Stretch,
  ): string[] => {
    const latency = stretch.latencies.order;
    return [
      name,
      String(seconds),
      countText(arrivalRate(timeline, fromSecond, toSecond) ?? (seconds > 0 ? arrivals / seconds : 0)),
      countText(ordersPerSecond),
      countText(stretch.dropped),
      countText(stretch.refused),
      msText(latency?.p50Ms),
      msText(latency?.p99Ms),
      msText(latency?.maxMs),
    ];
  };
  return [
    ["phase", "seconds", "arrivals/s", "orders/s", "dropped", "refused", "p50 ms", "p99 ms", "max ms"],
    ...phases.map((phase) => row(phase, phase.measured)),
    ...(phases.length === 1 ? [] : [row({ name: "all", ...spanOf(phases) }, whole)]),
  ];
}

function spanOf(phases: readonly PhaseResult[]): Pick<PhaseResult, "fromSecond" | "toSecond"> {
  return { fromSecond: phases[0]?.fromSecond ?? 0, toSecond: phases.at(-1)?.toSecond ?? 0 };
}

/**
 * Arrivals per second in the whole seconds of a stretch; undefined when it has none. Those who came to a shop that was gone
 * are counted, but came after the end.
 */
function arrivalRate(
  timeline: readonly TimelineSecond[],
  fromSecond: number,
  toSecond: number,
): number | undefined {
  const within = timeline.filter(({ second }) => fromSecond <= second && second + 1 <= toSecond);
  if (within.length === 0) return undefined;
  return within.reduce((sum, { arrivals }) => sum + arrivals, 0) / within.length;
}

function latencyRows({ latencies }: Stretch): readonly (readonly string[])[] {
  const row = (name: string, latency: Latency): string[] => {
    const { count, p50Ms, p90Ms, p99Ms, p999Ms, p9999Ms, maxMs } = latency;
    return [name, countText(count), ...[p50Ms, p90Ms, p99Ms, p999Ms, p9999Ms, maxMs].map(msText)];
  };
  const rows = ALL_TIMED.flatMap((timed) => {
    const latency = latencies[timed];
    return latency === undefined ? [] : [row(TIMED_NAMES[timed], latency)];
  });
  if (rows.length === 0) return [];
  return [["latency, ms", "count", "p50", "p90", "p99", "p99.9", "p99.99", "max"], ...rows];
}

function counts({ whole, reconciliation }: RunResult): readonly string[] {
  const { arrivals, dropped, refused, refusedByCode, retries, retryable, retryableWithHint, cpu } = whole;
  const codes = refused > 0 ? ` (${refusalsText(refusedByCode)})` : "";
  const percent = arrivals === 0 ? 0 : (dropped / arrivals) * 100;
  const hints =
    retryable > 0
      ? `; ${countText(retryableWithHint)} of ${countText(retryable)} retryable ones say when`
      : "";
  const micros = (value: number | null): string => (value === null ? "unknown" : `${value} µs`);
  const parts = `shop ${micros(cpu.shopMicrosPerOrder)}, Postgres ${micros(cpu.postgresMicrosPerOrder)}, generators ${micros(cpu.generatorMicrosPerOrder)}`;
  const bytes = reconciliation?.journalBytesPerOrder ?? null;
  const unanswered = reconciliation === null ? "unknown" : countText(reconciliation.unanswered);
  return [
    `arrivals      ${countText(arrivals)}, ${countText(dropped)} dropped (${percent.toFixed(1)} %)`,
    `refused       ${countText(refused)}${codes}${hints}`,
    `no answer     ${unanswered}, sent again ${countText(retries)}`,
    `CPU per order ${micros(cpu.microsPerOrder)} (${parts})`,
    `processors    shop ${loadText(cpu.shopLoad)}, Postgres ${loadText(cpu.postgresLoad)}, generators ${loadText(cpu.generatorLoad)}`,
    ...(bytes === null ? [] : [`journal       ${countText(bytes)} bytes per order, with its indexes`]),
  ];
}

function warnings(result: RunResult): readonly string[] {
  const { saturation, whole, shopWentAway, reconciliation, cpuUnknownBecause } = result;
  const lines: string[] = [];
  if (whole.dropped > 0) {
    const those = `${countText(whole.dropped)} arrivals found no free connection`;
    const help = shopWentAway ? "" : " More connections: --sockets";
    lines.push(`DROPPED: ${those}; they are in no latency.${help}`);
  }
  if (whole.unfinished > 0) {
    const those = `${countText(whole.unfinished)} visits were cut off or waited in vain`;
    lines.push(`UNFINISHED: ${those}; their last wait is in the latencies, their order in none`);
  }
  if (saturation.isSaturated) {
    const help =
      "these figures are the generators' rather than the shop's. More of them (--generators), or another machine for them";
    lines.push(`SATURATED: ${help}`, ...saturation.reasons.map((reason) => `  ${reason}`));
  }
  if (cpuUnknownBecause !== null) lines.push(`note: CPU time is unknown: ${cpuUnknownBecause}`);
  lines.push(...(reconciliation?.contradictions ?? []));
  const lost = reconciliation?.lostOrders ?? [];
  if (lost.length > 0) lines.push(`lost: ${lost.join(", ")}`);
  return lines;
}

function verdict({ reconciliation, scenario }: RunResult): string {
  if (reconciliation === null)
    return "NOT COMPARED: the journal cannot be read. Once the shop is back: stampede verify";
  const { acknowledged, confirmedInJournal, lost, oversold, unexplained, contradicted } = reconciliation;
  const { soldUnits, receivedUnits } = reconciliation;
  const scope = scenario.warmUpSeconds > 0 ? " (with the warm-up)" : "";
  const orders = `${countText(acknowledged)} acknowledged${scope}, ${countText(confirmedInJournal)} in the journal, ${lost} lost`;
  const units = `${countText(soldUnits)} of ${countText(receivedUnits)} units sold, ${oversold} oversold`;
  const unasked = unexplained > 0 ? `; ${unexplained} orders that nobody asked for` : "";
  const otherwise = contradicted > 0 ? `; ${contradicted} answers that the journal says otherwise` : "";
  const word = keptItsWord(reconciliation) ? "kept its word" : "BROKE ITS WORD";
  return `${word}: ${orders}; ${units}${unasked}${otherwise}`;
}

function thresholdLines(thresholds: readonly ThresholdResult[]): readonly string[] {
  return thresholds.map((threshold) => {
    const { measured, isMet } = threshold;
    const value = measured === null ? "not measured" : String(Number(measured.toFixed(3)));
    return `${isMet ? "met   " : "BROKEN"}  ${thresholdText(threshold)}   (${value})`;
  });
}
