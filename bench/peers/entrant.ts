import type { PeerName } from "./peer.ts";

/** Who takes part in a comparison. */
export type EntrantName = "shop" | PeerName;

/** One sale of the hot product. */
export interface RoundPlan {
  /** Buyers at the same time. */
  readonly buyers: number;
  /** One of the entrant's choices. */
  readonly connections: number;
  readonly goal:
    | { readonly kind: "time"; readonly seconds: number; readonly warmUpSeconds: number }
    /** Sells fewer units than are asked for. */
    | { readonly kind: "sell-out"; readonly units: number; readonly attempts: number };
}

/** What came of a sale. */
export interface Round {
  readonly connections: number;
  /** Time that counts, and orders that were acknowledged within it. */
  readonly seconds: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Of a whole order, hold and checkout. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** All processes at work, the buyers' included; null where it cannot be measured. */
  readonly cpuMicrosPerOrder: number | null;
  readonly refused: number;
  /** Orders that buyers were told of, those of the warm-up included. */
  readonly acknowledged: number;
  readonly stored: number;
  /** Acknowledged orders that are not stored. */
  readonly lost: number;
  /** Units sold beyond those on sale. */
  readonly oversold: number;
}

/** Somebody who sells the hot product to a crowd. */
export interface Entrant {
  readonly name: EntrantName;
  /** What is acknowledged survives a power cut. */
  readonly isDurable: boolean;
  /** Numbers of connections that are tried; the best is kept. */
  readonly connectionChoices: readonly number[];
  /** @throws {Interrupted} when it shall end early; an error when nothing can be measured. */
  sell(plan: RoundPlan, signal: AbortSignal): Promise<Round>;
  /** Ends what it has started for itself. */
  close(): Promise<void>;
}
