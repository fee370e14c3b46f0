import type { StampedeClient } from "../../gateway/client/client.ts";
import type { Result } from "../../gateway/client/result.ts";
import type { Operation, SaleTerms } from "../../gateway/protocol/messages.ts";

/** How the products of a run are listed. */
export interface ShelfPlan {
  readonly runId: string;
  /** Units per product; enough for everybody when left out. */
  readonly stock?: number | undefined;
  /** The sale that each product is in; none when left out. */
  readonly sale?: SaleTerms | undefined;
  /** Hears how many products are ready. */
  readonly told?: (done: number) => void;
}

/** The price of every product that a run lists, outside a sale, minor units. */
export const SHELF_PRICE_MINOR = 4_900;

const UNITS_PER_COMMAND = 1_000_000;
// More than any run sells: a million at a time is what one command takes.
const PLENTY_UNITS = 10_000_000;
// Enough to share commits, and far below what one socket may have under way.
const AT_ONCE_MAX = 32;

/** Lists products and receives their stock. @throws when the shop refuses. */
export async function stockShelves(
  operator: StampedeClient,
  skus: readonly string[],
  plan: ShelfPlan,
): Promise<void> {
  let started = 0;
  let done = 0;
  const stock = async (): Promise<void> => {
    for (let sku = skus[started]; sku !== undefined; sku = skus[started]) {
      started += 1;
      await stockShelf(operator, sku, `Bench product ${started}`, plan);
      done += 1;
      plan.told?.(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(skus.length, AT_ONCE_MAX) }, stock));
}

async function stockShelf(
  operator: StampedeClient,
  sku: string,
  title: string,
  { runId, stock: units = PLENTY_UNITS, sale }: ShelfPlan,
): Promise<void> {
  const product = {
    title,
    description: `Made for the run ${runId}.`,
    category: "bench",
    unitPriceMinor: SHELF_PRICE_MINOR,
    currency: "EUR",
    taxBasisPoints: 1_900,
    sale: sale ?? null,
  };
  expectDone("product.list", await operator.listProduct({ sku, product }));
  for (let received = 0; received < units; received += UNITS_PER_COMMAND) {
    const quantity = Math.min(units - received, UNITS_PER_COMMAND);
    expectDone("stock.receive", await operator.receiveStock({ sku, quantity }));
  }
}

/** @throws when the shop refused. */
function expectDone(operation: Operation, result: Result<unknown>): void {
  if (result.ok) return;
  throw new Error(`the shop refused ${operation}: ${result.problem.code}: ${result.problem.detail}`);
}
