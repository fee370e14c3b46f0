import { expect, test } from "bun:test";
import { thisMachine } from "../machine/machine.ts";
import { peersReport } from "./peers-report.ts";
import { peersText } from "./peers-text.ts";
import { entrantOf, roundOf } from "./testing/rounds.ts";

const sellOut = roundOf({ stored: 1_000, refused: 500 });
const STANDINGS = [
  {
    entrant: entrantOf("shop", {}),
    connections: 200,
    rounds: [roundOf({ ordersPerSecond: 6_123.4, p99Ms: 58.31 }), roundOf({ ordersPerSecond: 5_000 })],
    sellOut,
  },
  {
    entrant: entrantOf("sql-statement", {}),
    connections: 16,
    rounds: [roundOf({ ordersPerSecond: 1_500 }), roundOf({ ordersPerSecond: 1_250, p99Ms: 91 })],
    sellOut,
  },
  {
    entrant: { ...entrantOf("redis-everysec", {}), isDurable: false },
    connections: 1,
    rounds: [
      roundOf({ ordersPerSecond: 20_000, cpuMicrosPerOrder: null }),
      roundOf({ ordersPerSecond: 20_000 }),
    ],
    sellOut,
  },
];

function textOf(count: number): string {
  const plan = { buyers: 200, rounds: 2, seconds: 3, warmUpSeconds: 1 };
  return peersText(peersReport("", thisMachine(), plan, STANDINGS.slice(0, count)));
}

test("the text is a table, and a sentence that compares the shop with the best of plain SQL", () => {
  expect(textOf(3)).toMatchInlineSnapshot(`
    "200 buyers at one product, each order held and then paid for; 2 rounds, in turns, of 3 s

                                          durable  connections  orders/s         by round   p50 ms   p99 ms   CPU µs     sold out  oversold  lost  shop is
    the shop                                  yes          200     5,562      5,000–6,123      1.0     30.2      300  1,000/1,000         0     0         
    SQL, stock in a row, one statement        yes           16     1,375      1,250–1,500      1.0     46.5      300  1,000/1,000         0     0     4.0×
    Redis, Lua, appendfsync everysec           no            1    20,000    20,000–20,000      1.0      2.0  unknown  1,000/1,000         0     0    0.28×

    the shop against the best of plain SQL (SQL, stock in a row, one statement): 4.0× the orders (4.0×–4.1× by round), p99 30.2 ms against 46.5 ms"
  `);
});

test("without plain SQL there is nothing to say about the best of it", () => {
  expect(textOf(1)).not.toContain("best");
});
