import type { Entrant, EntrantName, Round } from "../entrant.ts";

/** A round that went well, with what a test changes about it. */
export function roundOf(changes: Partial<Round> = {}): Round {
  return {
    connections: 4,
    seconds: 1,
    orders: 100,
    ordersPerSecond: 100,
    p50Ms: 1,
    p99Ms: 2,
    cpuMicrosPerOrder: 300,
    refused: 0,
    acknowledged: 120,
    stored: 120,
    lost: 0,
    oversold: 0,
    ...changes,
  };
}

/** An entrant whose rate depends on its connections alone. */
export function entrantOf(name: EntrantName, rates: Readonly<Record<number, number>>): Entrant {
  return {
    name,
    isDurable: true,
    connectionChoices: Object.keys(rates).map(Number),
    sell: ({ connections }) =>
      Promise.resolve(roundOf({ connections, ordersPerSecond: rates[connections] ?? 0 })),
    close: () => Promise.resolve(),
  };
}
