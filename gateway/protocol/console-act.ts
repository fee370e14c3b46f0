/**
 * What the page for operators asks to have done, and what it is told. The answers that are of the cluster have more than is named here;
 * nothing is kept, and the page is served by the program that answers it.
 */

/** Which products are meant: all that the shop lists, those of a sale, or some by their SKU. */
export type SellingChoice =
  | { readonly type: "all" }
  | { readonly type: "sale"; readonly sale: string }
  | { readonly type: "skus"; readonly skus: readonly string[] };

/** What operators can have done to the selling of products. The reason of a pause is shown wherever the product is. */
export type SellingChange =
  | { readonly type: "PauseSelling"; readonly choice: SellingChoice; readonly reason: string }
  | { readonly type: "ResumeSelling"; readonly choice: SellingChoice; readonly reason?: string | undefined };

/** What `POST /v1/selling/plan` answers: what a change would do. */
export interface SellingPlan {
  /** The same for as long as the same products would be changed from the same pauses. */
  readonly id: string;
  /** False: the list of products is old, and what has joined a sale since may be missing. */
  readonly isListCurrent: boolean;
  /** Products that would be changed… */
  readonly changes: number;
  /** …and those that are so already. */
  readonly unchanged: number;
  /** Units of all of these that are neither held nor sold. */
  readonly available: number;
  /** Units of all of these that are in carts. */
  readonly held: number;
  /** The first of those that would be changed. */
  readonly products: readonly { readonly sku: string; readonly text: string }[];
}

/** A line of what `POST /v1/selling` answers: how far it is, again and again, and then what has come of it. */
export type SellingLine =
  | { readonly type: "Progress"; readonly ended: number; readonly all: number }
  | SellingReport
  /** It broke off. What has been done stays. */
  | { readonly type: "Failed"; readonly detail: string };

/** What has come of a change of selling. Said again under the same key it has no second effect. */
export interface SellingReport {
  readonly type: "Ended";
  /** The idempotency key of its commands. */
  readonly key: string;
  readonly isListCurrent: boolean;
  readonly changed: number;
  /** Products that were so already. */
  readonly unchanged: number;
  /** Products that the shop refused to change. */
  readonly refused: number;
  /** Products that nobody answered for in time; they may be changed all the same. */
  readonly unreached: number;
  /** The first of those that are not known to be changed, and why. */
  readonly failures: readonly { readonly sku: string; readonly detail: string }[];
}

/** What `GET /v1/sales` answers: what of the shop can be paused. */
export interface SalesAnswer {
  /** False: these figures are old. */
  readonly isListCurrent: boolean;
  /** All that the shop lists. */
  readonly shop: SellingFigures;
  /** Those that are not over, and those that are with products that are paused; those that begin first before the others. */
  readonly sales: readonly ({ readonly sale: string; readonly title: string } & SellingFigures)[];
}

/** Products together: how many, how many of them are paused, and their units that are neither held nor sold. */
export interface SellingFigures {
  readonly products: number;
  readonly paused: number;
  readonly available: number;
}

/** What the page asks of the cluster. */
export type ConsoleChange =
  | { readonly type: "CordonNode" | "DrainNode" | "UndrainNode"; readonly node: string }
  | { readonly type: "SuspendRebalancing" | "ResumeRebalancing" };

/** What of a plan of `POST /v1/operations/plan` the page shows. */
export interface ConsolePlan {
  readonly id: string;
  /** Why it would be refused; empty: it would be carried out. */
  readonly prechecks: readonly { readonly detail: string }[];
  readonly moves: readonly { readonly shard: number; readonly to: { readonly node: string } }[];
  /** Shards that stay, though they would have to go. */
  readonly skipped: readonly { readonly shard: number; readonly reason: string }[];
  /** Why there is nothing to do; null when there is, or when it would be refused. */
  readonly nothing: string | null;
  /** How long clients of a shard will wait, ms; null when nobody has measured it. */
  readonly pauseMs: number | null;
}

/** What of the answer of `POST /v1/operations` and `POST /v1/operations/ID/cancel` the page shows. */
export interface ConsoleExecution {
  /** Null: there was nothing to do. */
  readonly operation: { readonly id: string; readonly status: string } | null;
  /** Why there was nothing to do. */
  readonly detail: string | null;
}
