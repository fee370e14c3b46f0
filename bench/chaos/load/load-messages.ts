/** What the crowd is told. */
export type LoadOrder =
  /** Where the shop is from now on. Some shoppers stay where they are until they lose their connection. */
  | { readonly type: "move"; readonly url: string }
  /** Receives stock of the scarce product, and lets everybody shop. */
  | { readonly type: "shop" }
  /** Nobody thinks between two orders any more, until the next mark. */
  | { readonly type: "rush" }
  /** Tell of the first order that is checked out from now on. */
  | { readonly type: "mark" }
  /**
   * Asks the product of each of these shards something, at these shops, until all have answered; `id` tells the answer from
   * others.
   */
  | {
      readonly type: "probe";
      readonly id: number;
      readonly shards: readonly number[];
      readonly urls: readonly string[];
    }
  /** Begin no order any more; tell when all have ended. */
  | { readonly type: "rest" }
  | { readonly type: "end" };

/** What the crowd tells. */
export type LoadReport =
  /** Everybody is connected and the shelves are full. */
  | { readonly type: "ready" }
  /** An order that was checked out after the last mark was acknowledged; milliseconds since the epoch. */
  | { readonly type: "served"; readonly atMs: number }
  | {
      readonly type: "resting";
      readonly acknowledged: number;
      /** Commands that were told at least once to ask again. */
      readonly failed: number;
      /** What the first of those since the last rest were told. */
      readonly failures: readonly string[];
      readonly unexpected: readonly string[];
    }
  | { readonly type: "answered"; readonly id: number; readonly answered: ProbeAnswer }
  | { readonly type: "failed"; readonly detail: string };

/** What came of a probe. */
export interface ProbeAnswer {
  /** When the last shard had answered, milliseconds since the epoch. */
  readonly atMs: number;
  /** Shards that had said to ask again before they answered. */
  readonly askedAgain: number;
}

/** The variable of the environment that has a crowd's settings, as JSON: arguments can be read by anybody. */
export const LOAD_SETTINGS_VARIABLE = "STAMPEDE_CHAOS_LOAD";

/** How a crowd is started. */
export interface LoadSettings {
  readonly url: string;
  /** Whether clients come back by themselves after a loss, as the shop's own do; else as new ones, one step at a time. */
  readonly reconnects: boolean;
  /** Shards that can be probed: a product is listed in each of them. */
  readonly probedShards: number;
  readonly tenant: string;
  /** Signs the operator's token. */
  readonly secret: string;
  /** Where the history goes. */
  readonly historyPath: string;
  /** Names the keys of this run. */
  readonly runId: string;
}
