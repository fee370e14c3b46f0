import { readFamily } from "../machine/cpu-time.ts";
import { Tally } from "../flash-sale/tally.ts";
import { unlessInterrupted } from "../interruption/interruption.ts";
import { BuyerCrowd } from "./buyer-crowd.ts";
import type { Entrant, Round, RoundPlan } from "./entrant.ts";
import type { Peer, PeerBooks, PeerName } from "./peer.ts";

/** A peer, and how it takes part. */
export interface PeerPart {
  readonly name: PeerName;
  readonly isDurable: boolean;
  readonly connectionChoices: readonly number[];
  /** Connects to what the peer keeps its stock in. */
  readonly open: (connections: number) => Peer;
  /** Process that keeps the stock, whose children may do its work. */
  readonly serverPid: number | undefined;
  /** Units per second of a sale that are more than it can sell. */
  readonly plentyPerSecond: number;
  /** Ends what was started for it. */
  readonly close: () => Promise<void>;
}

/** Lets a crowd buy at a peer. */
export class PeerEntrant implements Entrant {
  readonly #part: PeerPart;

  constructor(part: PeerPart) {
    this.#part = part;
  }

  get name(): PeerName {
    return this.#part.name;
  }

  get isDurable(): boolean {
    return this.#part.isDurable;
  }

  get connectionChoices(): readonly number[] {
    return this.#part.connectionChoices;
  }

  close(): Promise<void> {
    return this.#part.close();
  }

  async sell(plan: RoundPlan, signal: AbortSignal): Promise<Round> {
    const peer = this.#part.open(plan.connections);
    try {
      const units = this.#unitsFor(plan);
      await unlessInterrupted(signal, peer.stock(units));
      const { tally, seconds, usedMicros } = await this.#measure(peer, plan, signal);
      const figures = figuresOf(tally, seconds, usedMicros);
      return { connections: plan.connections, ...figures, ...audit(units, tally, await peer.books()) };
    } finally {
      await peer.close();
    }
  }

  #unitsFor({ goal }: RoundPlan): number {
    if (goal.kind === "sell-out") return goal.units;
    return (goal.seconds + goal.warmUpSeconds) * this.#part.plentyPerSecond;
  }

  /** Has the crowd buy until the last of it has been told the outcome. */
  async #measure(peer: Peer, { buyers, goal }: RoundPlan, signal: AbortSignal) {
    const tally = new Tally<string>();
    const attempts = goal.kind === "sell-out" ? goal.attempts : undefined;
    const crowd = new BuyerCrowd(peer, tally, { buyers, keyPrefix: "order-", attempts });
    if (goal.kind === "sell-out") tally.open();
    const bought = crowd.buy();
    const within = async (seconds: number): Promise<void> => {
      await unlessInterrupted(signal, Promise.race([bought, Bun.sleep(seconds * 1_000)]));
    };
    try {
      if (goal.kind === "time") {
        await within(goal.warmUpSeconds);
        tally.open();
      }
      const startedMs = performance.now();
      const usedBefore = this.#usedMicros();
      await (goal.kind === "time" ? within(goal.seconds) : unlessInterrupted(signal, bought));
      tally.close();
      const seconds = (performance.now() - startedMs) / 1_000;
      return { tally, seconds, usedMicros: differenceOf(usedBefore, this.#usedMicros()) };
    } finally {
      crowd.stop();
      await bought;
    }
  }

  /** CPU time of the server and of the buyers so far; null where the system does not tell. */
  #usedMicros(): number | null {
    const { serverPid } = this.#part;
    const server = serverPid === undefined ? null : readFamily(serverPid);
    const { user, system } = process.cpuUsage();
    return server === null ? null : server + user + system;
  }
}

function figuresOf(tally: Tally<string>, seconds: number, usedMicros: number | null) {
  const { p50: p50Ms, p99: p99Ms } = tally.latencyMs("order");
  const orders = tally.confirmed;
  return {
    seconds,
    orders,
    ordersPerSecond: orders / seconds,
    p50Ms,
    p99Ms,
    cpuMicrosPerOrder: usedMicros === null || orders === 0 ? null : usedMicros / orders,
    refused: tally.refused,
  };
}

/** What buyers were told, beside what is stored. */
function audit(units: number, { acknowledged }: Tally<string>, { orders, heldUnits, unitsLeft }: PeerBooks) {
  return {
    acknowledged: acknowledged.length,
    stored: orders.size,
    lost: acknowledged.filter((key) => !orders.has(key)).length,
    // A counter below zero, or more units out than there were.
    oversold: Math.max(0, -unitsLeft, orders.size + heldUnits - units),
  };
}

function differenceOf(earlier: number | null, later: number | null): number | null {
  // A backend that ended in between may take its time along.
  return earlier === null || later === null || later < earlier ? null : later - earlier;
}
