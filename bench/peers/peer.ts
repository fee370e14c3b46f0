/** Ways to sell one hot product without the shop: what the shop is compared with. */
export type PeerName =
  "sql-transaction" | "sql-statement" | "sql-skip-locked" | "redis-always" | "redis-everysec";

/** A unit that was set aside for a buyer. */
export interface PeerHold {
  /** The buyer's own name for it. */
  readonly key: string;
  /** Which unit it is, where units are told apart; null where they are only counted. */
  readonly unit: number | null;
}

/** What a peer has stored since it was stocked. */
export interface PeerBooks {
  /** Keys of all orders. */
  readonly orders: ReadonlySet<string>;
  readonly heldUnits: number;
  readonly unitsLeft: number;
}

/** One hot product, sold in two steps as a cart does it: a unit is held, and what is held is paid for. */
export interface Peer {
  /** Forgets everything that was sold, and puts so many units on sale. */
  stock(units: number): Promise<void>;
  /** Sets one unit aside. Undefined when none is left. */
  hold(key: string): Promise<PeerHold | undefined>;
  /** Makes an order of a hold, under the same key. @throws when nothing is held. */
  checkOut(hold: PeerHold): Promise<void>;
  books(): Promise<PeerBooks>;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** How long a unit is set aside. It is written down; no peer gives a unit back when the time is over. */
export const HOLD_MINUTES = 10;
