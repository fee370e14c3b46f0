import type { Data } from "../../engine/contract/data.ts";
import type { StampedeClient } from "../../gateway/client/client.ts";
import type { CommandOptions } from "../../gateway/client/options.ts";
import type { Result } from "../../gateway/client/result.ts";
import type { SaleProduct } from "./sale-product.ts";

/** What an operator wants of a sale. */
export type SaleAction = "create" | "price" | "end" | "pause" | "resume" | "stock";

/** The change of one product. */
export interface ProductChange {
  readonly sku: string;
  readonly from: Data;
  readonly to: Data;
  /** From what to what, for people. */
  readonly text: string;
  /** Sends the command that makes it so; sent again under its key, it has one effect. */
  readonly send: (shop: Pick<StampedeClient, "command">, options: CommandOptions) => Promise<Result<unknown>>;
}

/** Why nothing is changed at all. */
export interface PlanRefusal {
  /** What is named is not there or cannot be meant so; another sale is in the way; or it is no good idea. */
  readonly kind: "wrong" | "conflict" | "refused";
  readonly detail: string;
}

/** What would be done. With refusals, nothing is. */
export interface SalePlan {
  readonly action: SaleAction;
  readonly changes: readonly ProductChange[];
  /** SKUs of products that are so already. */
  readonly unchanged: readonly string[];
  /** SKUs of products that stay paused when they are out of the sale. */
  readonly stayPaused?: readonly string[];
  /** What becomes of the sale's waiting room, before all products; `sku` is the sale. */
  readonly queue?: ProductChange | undefined;
  readonly refusals: readonly PlanRefusal[];
}

/** A plan that is refused as a whole. */
export function refusedPlan(action: SaleAction, ...refusals: readonly PlanRefusal[]): SalePlan {
  return { action, changes: [], unchanged: [], refusals };
}

/** A plan with the change of each product that has one: `changeOf` tells of those that are so already by undefined. */
export function planned(
  action: SaleAction,
  products: readonly SaleProduct[],
  changeOf: (product: SaleProduct) => ProductChange | undefined,
): SalePlan {
  const changes = products.map((product) => ({ product, change: changeOf(product) }));
  return {
    action,
    changes: changes.flatMap(({ change }) => change ?? []),
    unchanged: changes.filter(({ change }) => change === undefined).map(({ product }) => product.sku),
    refusals: [],
  };
}
