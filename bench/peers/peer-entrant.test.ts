import { expect, test } from "bun:test";
import { Interrupted } from "../interruption/interruption.ts";
import type { RoundPlan } from "./entrant.ts";
import { PeerEntrant } from "./peer-entrant.ts";
import { CountedPeer } from "./testing/counted-peer.ts";

const SIGNAL = new AbortController().signal;
const SELL_OUT: RoundPlan = {
  buyers: 4,
  connections: 7,
  goal: { kind: "sell-out", units: 20, attempts: 30 },
};

function entrantOf(peer: CountedPeer, { serverPid, plentyPerSecond = 1e6 }: Partial<PeerEntrantParts> = {}) {
  return new PeerEntrant({
    name: "sql-statement",
    isDurable: true,
    connectionChoices: [7],
    open: () => peer,
    serverPid,
    plentyPerSecond,
    close: () => Promise.resolve(),
  });
}

interface PeerEntrantParts {
  readonly serverPid: number;
  readonly plentyPerSecond: number;
}

test("a sell-out sells every unit once and refuses everybody else", async () => {
  const peer = new CountedPeer();
  const round = await entrantOf(peer).sell(SELL_OUT, SIGNAL);
  expect(round).toMatchObject({ orders: 20, refused: 10, acknowledged: 20, stored: 20, connections: 7 });
  expect([round.lost, round.oversold, peer.isClosed]).toEqual([0, 0, true]);
});

test("units that were sold beyond those on sale are counted", async () => {
  class Generous extends CountedPeer {
    override hold(key: string) {
      this.holds.add(key);
      return Promise.resolve({ key, unit: null });
    }
  }
  const round = await entrantOf(new Generous()).sell(SELL_OUT, SIGNAL);
  expect([round.stored, round.oversold, round.lost]).toEqual([30, 10, 0]);
});

test("a counter below zero is oversold, whatever was made of it", async () => {
  const peer = new CountedPeer();
  peer.books = () => Promise.resolve({ orders: peer.orders, heldUnits: 0, unitsLeft: -3 });
  expect((await entrantOf(peer).sell(SELL_OUT, SIGNAL)).oversold).toBe(3);
});

test("orders that buyers were told of and that are not there are lost", async () => {
  const peer = new CountedPeer();
  peer.books = () => Promise.resolve({ orders: new Set(["order-1"]), heldUnits: 0, unitsLeft: 0 });
  expect(await entrantOf(peer).sell(SELL_OUT, SIGNAL)).toMatchObject({ stored: 1, lost: 19 });
});

test("a timed round ends early when everything is sold, and counts its time up to then", async () => {
  const goal = { kind: "time", seconds: 600, warmUpSeconds: 0 } as const;
  const entrant = entrantOf(new CountedPeer(), { plentyPerSecond: 5 });
  const round = await entrant.sell({ ...SELL_OUT, goal }, SIGNAL);
  expect(round.orders).toBe(3_000);
  expect(round.seconds).toBeLessThan(600);
  expect(round.ordersPerSecond).toBeCloseTo(round.orders / round.seconds);
});

test("the CPU time of a server that is not there is unknown, not zero", async () => {
  const entrant = entrantOf(new CountedPeer(), { serverPid: 2 ** 30 });
  expect((await entrant.sell(SELL_OUT, SIGNAL)).cpuMicrosPerOrder).toBeNull();
});

test("a round that shall end early stops the crowd and closes the peer", async () => {
  const peer = new CountedPeer();
  const interruption = new AbortController();
  const goal = { kind: "time", seconds: 600, warmUpSeconds: 600 } as const;
  const round = entrantOf(peer).sell({ ...SELL_OUT, goal }, interruption.signal);
  interruption.abort(new Interrupted());
  await expect(round).rejects.toThrow(Interrupted);
  expect([peer.isClosed, peer.holds.size]).toEqual([true, 0]);
});
