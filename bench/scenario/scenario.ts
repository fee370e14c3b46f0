/** What a run does to a shop: products, arrivals over time, what a visitor does, and what must hold at the end. */
export interface Scenario {
  readonly name: string;
  /** One sentence: what the scenario shows. */
  readonly description: string;
  readonly shop: ScenarioShop;
  readonly arrivals: Arrivals;
  /** Connections that visitors come in on, over all generators. In an open loop, arrivals beyond them are dropped. */
  readonly sockets: number;
  /** Time before anything counts, whole seconds, at the rate of the first phase's start. */
  readonly warmUpSeconds: number;
  readonly phases: readonly Phase[];
  /** At least one; each arrival does one of them, chosen by weight. */
  readonly journeys: readonly Journey[];
  /** Connections that only watch `sku/…` and time the pushes; they come beside `sockets`. */
  readonly watchers: number;
  readonly thresholds: readonly Threshold[];
}

/** Products that a run lists and fills. */
export interface ScenarioShop {
  /** 0 where arrivals are recorded: the products are those of the day. */
  readonly skus: number;
  /** Units per product; undefined for more than anybody can buy. */
  readonly stock: number | undefined;
  /** Most units that one customer may buy of a product while the run's sale lasts; undefined for no limit. */
  readonly limitPerCustomer: number | undefined;
  /** Exponent of the Zipf distribution over the products: 0 makes all equally popular, 1 is a usual shop. */
  readonly zipf: number;
}

/**
 * How visitors come. `open`: by a Poisson process at a rate that does not depend on the shop; latency counts from the
 * intended start. `closed`: every connection begins again as soon as it is done. `recorded`: at the times, and with the
 * baskets, of a retail CSV.
 */
export type Arrivals =
  | { readonly kind: "open" }
  | { readonly kind: "closed" }
  | {
      readonly kind: "recorded";
      /** Day of the file, `YYYY-MM-DD`; undefined for the one with the most invoices. */
      readonly day: string | undefined;
      /** How many recorded seconds pass in one second. */
      readonly speed: number;
    };

/** A stretch of time with a rate that runs evenly from one value to another, arrivals per second over all generators. */
export interface Phase {
  readonly name: string;
  /** Whole ones, at least one. */
  readonly seconds: number;
  /** Without meaning, and 0, where arrivals are not open. */
  readonly fromRate: number;
  readonly toRate: number;
}

/**
 * What one visitor does, in this order; a refusal that is no invitation to try again ends it. A visitor that leaves something
 * behind (lines in its cart, units of its limit) goes, and the next one on its connection is somebody else.
 */
export interface Journey {
  readonly name: string;
  readonly weight: number;
  readonly steps: readonly Step[];
}

/** One thing a visitor does. */
export type Step =
  /** Looks at products: subscribes to `sku/…`, waits for the view, and unsubscribes. */
  | { readonly kind: "browse"; readonly products: number }
  /** Puts lines of different products into the cart, one command each, which holds their units. */
  | { readonly kind: "add"; readonly lines: number; readonly quantity: number }
  /** Puts the lines of the recorded basket into the cart; only where arrivals are recorded. */
  | { readonly kind: "basket" }
  /** Pays; `paymentToken` is one of the test provider's. */
  | { readonly kind: "checkout"; readonly paymentToken: string }
  /** Takes all lines out of the cart again. */
  | { readonly kind: "empty" }
  /** Waits, about so long (exponentially distributed), milliseconds. */
  | { readonly kind: "think"; readonly meanMs: number }
  /** A bot: the same `add` so many times at once, each with a key of its own. */
  | { readonly kind: "burst"; readonly commands: number; readonly quantity: number };

/** A promise that the run checks at its end; one that is broken makes the exit code 99. */
export interface Threshold {
  /** A path of the result's `measures`, for example `order.p99Ms` or `oversold`; see `bench/runs/measures.ts`. */
  readonly measure: string;
  readonly comparison: "<" | "<=" | ">" | ">=" | "==";
  readonly limit: number;
  /** Only what this phase measured counts; undefined for the whole run without its warm-up. */
  readonly phase: string | undefined;
}
