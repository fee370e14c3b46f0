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
  /** Begin no order any more; tell when all have ended. */
  | { readonly type: "rest" }
  | { readonly type: "end" };

/** What the crowd tells. */
export type LoadReport =
  /** Everybody is connected and the shelves are full. */
  | { readonly type: "ready" }
  /** An order that was checked out after the last mark was acknowledged; milliseconds since the epoch. */
  | { readonly type: "served"; readonly atMs: number }
  | { readonly type: "resting"; readonly acknowledged: number; readonly unexpected: readonly string[] }
  | { readonly type: "failed"; readonly detail: string };

/** The variable of the environment that has a crowd's settings, as JSON: arguments can be read by anybody. */
export const LOAD_SETTINGS_VARIABLE = "STAMPEDE_CHAOS_LOAD";

/** How a crowd is started. */
export interface LoadSettings {
  readonly url: string;
  readonly tenant: string;
  /** Signs the operator's token. */
  readonly secret: string;
  /** Where the history goes. */
  readonly historyPath: string;
  /** Names the keys of this run. */
  readonly runId: string;
}
