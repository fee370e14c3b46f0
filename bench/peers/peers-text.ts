import { countText } from "../figures/figures-text.ts";
import type { EntrantName } from "./entrant.ts";
import type { EntrantReport, PeersReport, Ratio } from "./peers-report.ts";

const TITLES: Readonly<Record<EntrantName, string>> = {
  shop: "the shop",
  "sql-transaction": "SQL, stock in a row, a transaction",
  "sql-statement": "SQL, stock in a row, one statement",
  "sql-skip-locked": "SQL, a row per unit, SKIP LOCKED",
  "redis-always": "Redis, Lua, appendfsync always",
  "redis-everysec": "Redis, Lua, appendfsync everysec",
};

const COLUMNS: readonly {
  readonly title: string;
  readonly width: number;
  readonly cell: (entrant: EntrantReport) => string;
}[] = [
  { title: "durable", width: 9, cell: ({ isDurable }) => (isDurable ? "yes" : "no") },
  { title: "connections", width: 13, cell: ({ connections }) => countText(connections) },
  { title: "orders/s", width: 10, cell: ({ ordersPerSecond }) => countText(ordersPerSecond) },
  {
    title: "by round",
    width: 17,
    cell: (entrant) => `${countText(entrant.ordersPerSecondLeast)}–${countText(entrant.ordersPerSecondMost)}`,
  },
  { title: "p50 ms", width: 9, cell: ({ p50Ms }) => p50Ms.toFixed(1) },
  { title: "p99 ms", width: 9, cell: ({ p99Ms }) => p99Ms.toFixed(1) },
  {
    title: "CPU µs",
    width: 9,
    cell: ({ cpuMicrosPerOrder }) => (cpuMicrosPerOrder === null ? "unknown" : countText(cpuMicrosPerOrder)),
  },
  {
    title: "sold out",
    width: 13,
    cell: ({ sellOut }) => `${countText(sellOut.stored)}/${countText(sellOut.units)}`,
  },
  { title: "oversold", width: 10, cell: ({ oversold }) => countText(oversold) },
  { title: "lost", width: 6, cell: ({ lost }) => countText(lost) },
  { title: "shop is", width: 9, cell: ({ ratio }) => (ratio === null ? "" : times(ratio.orders)) },
];

const NAME_WIDTH = 36;

/** The report for people, in lines. */
export function peersText(report: PeersReport): string {
  const { buyers, rounds, seconds, entrants } = report;
  const crowd = buyers === 1 ? "one buyer" : `${countText(buyers)} buyers`;
  const turns = rounds === 1 ? "one round" : `${rounds} rounds, in turns,`;
  return [
    `${crowd} at one product, each order held and then paid for; ${turns} of ${seconds} s`,
    "",
    "".padEnd(NAME_WIDTH) + COLUMNS.map(({ title, width }) => title.padStart(width)).join(""),
    ...entrants.map(row),
    ...verdict(report),
  ].join("\n");
}

/** What an entrant is called in front of people. */
export function titleOf(name: EntrantName): string {
  return TITLES[name];
}

function row(entrant: EntrantReport): string {
  const cells = COLUMNS.map(({ cell, width }) => cell(entrant).padStart(width));
  return titleOf(entrant.name).padEnd(NAME_WIDTH) + cells.join("");
}

function verdict({ bestSql, entrants }: PeersReport): readonly string[] {
  const shop = entrants.find(({ name }) => name === "shop");
  if (bestSql === null || shop === undefined) return [];
  const orders = `${times(bestSql.ratio.orders)} the orders (${range(bestSql.ratio)} by round)`;
  const latencies = `p99 ${shop.p99Ms.toFixed(1)} ms against ${bestSql.p99Ms.toFixed(1)} ms`;
  return ["", `the shop against the best of plain SQL (${titleOf(bestSql.name)}): ${orders}, ${latencies}`];
}

function range({ least, most }: Ratio): string {
  return least === most ? times(most) : `${times(least)}–${times(most)}`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 1 ? 2 : 1)}×`;
}
