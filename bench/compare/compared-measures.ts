import type { Timed } from "../load/generator-messages.ts";
import { ALL_TIMED, TIMED_NAMES } from "../load/timed-names.ts";
import type { Latency, RunResult } from "../runs/run-result.ts";

/** A figure of a run that comparisons are made of. */
export interface ComparedMeasure {
  /** Where it is in the result's whole stretch, such as `order.p99Ms`. */
  readonly name: string;
  /** For people, with its unit. */
  readonly label: string;
  readonly better: "more" | "less";
  /** What a change of it is called. */
  readonly kind: "speed" | "effort";
  /** Digits behind the point. */
  readonly digits: number;
  /** Null where the run did not measure it. */
  readonly valueOf: (result: RunResult) => number | null;
}

const QUANTILES = [
  ["p50", "p50Ms"],
  ["p99", "p99Ms"],
  ["p99.9", "p999Ms"],
] as const;

/** Every measure that is compared, in the order in which it is shown. */
export const COMPARED_MEASURES: readonly ComparedMeasure[] = [
  rate("ordersPerSecond", "orders/s", ({ whole }) => whole.ordersPerSecond),
  rate("holdsPerSecond", "holds/s", ({ whole }) => whole.holdsPerSecond),
  ...ALL_TIMED.flatMap((timed) =>
    QUANTILES.map(([label, field]) => latency(timed, `${TIMED_NAMES[timed]} ${label}, ms`, field)),
  ),
  effort("cpu.microsPerOrder", "CPU per order, µs", ({ whole }) => whole.cpu.microsPerOrder),
  effort("cpu.shopMicrosPerOrder", "of this the shop, µs", ({ whole }) => whole.cpu.shopMicrosPerOrder),
  effort(
    "cpu.postgresMicrosPerOrder",
    "of this Postgres, µs",
    ({ whole }) => whole.cpu.postgresMicrosPerOrder,
  ),
  effort(
    "journalBytesPerOrder",
    "journal per order, bytes",
    ({ reconciliation }) => reconciliation?.journalBytesPerOrder ?? null,
  ),
];

type ValueOf = ComparedMeasure["valueOf"];

function rate(name: string, label: string, valueOf: ValueOf): ComparedMeasure {
  return { name, label, better: "more", kind: "speed", digits: 1, valueOf };
}

function latency(timed: Timed, label: string, field: keyof Latency & `${string}Ms`): ComparedMeasure {
  const valueOf: ValueOf = ({ whole }) => whole.latencies[timed]?.[field] ?? null;
  return { name: `${timed}.${field}`, label, better: "less", kind: "speed", digits: 2, valueOf };
}

function effort(name: string, label: string, valueOf: ValueOf): ComparedMeasure {
  return { name, label, better: "less", kind: "effort", digits: 1, valueOf };
}
