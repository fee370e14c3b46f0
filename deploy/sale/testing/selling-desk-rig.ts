import { parseAddress } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import { MemoryDispatcher } from "../../../gateway/server/testing/memory-dispatcher.ts";
import { MUG, systemClock, TENANT } from "../../../gateway/server/testing/test-gateway.ts";
import type { LogFields } from "../../../engine/ports/log.ts";
import type { SellingLine } from "../../../gateway/protocol/console-act.ts";
import { CollectingLog } from "../../../engine/testing/collecting-log.ts";
import { SequentialEntropy } from "../../../engine/testing/sequential-entropy.ts";
import { OperatorCommands } from "../../shop/operator-commands.ts";
import type { SaleProduct } from "../sale-product.ts";
import { SellingDesk } from "../selling-desk.ts";

/** A desk before the shop's deciders in memory, and a list of products that a test writes. */
export class SellingDeskRig {
  readonly dispatcher = new MemoryDispatcher();
  readonly shop = new OperatorCommands(this.dispatcher, TENANT, systemClock, new CollectingLog());
  /** What was logged of changes. */
  readonly told: LogFields[] = [];
  products: readonly SaleProduct[] = [];
  isListCurrent = true;
  readonly desk: SellingDesk;

  constructor() {
    const log = new CollectingLog();
    log.info = (fields) => void this.told.push(fields);
    this.desk = new SellingDesk({
      products: async () => this.products,
      caughtUp: async () => this.isListCurrent,
      shop: this.shop,
      clock: systemClock,
      entropy: new SequentialEntropy(),
      log,
    });
  }

  /** Lists a product in the shop, with units to sell. */
  async stock(sku: string, quantity = 5): Promise<void> {
    await this.shop.command("product.list", { sku, product: MUG });
    await this.shop.command("stock.receive", { sku, quantity });
  }

  /** Whether selling a product is paused, as the product itself says. */
  async isPaused(sku: string): Promise<boolean> {
    const address = parseAddress(`${TENANT}/inventory/${sku}`);
    assert(address !== undefined, "a SKU of a test is valid");
    const { view } = await this.dispatcher.read(address);
    return (view as { readonly paused: boolean }).paused;
  }
}

/** The last line of a change, when it is over. */
export async function lastLine(lines: Promise<AsyncIterable<SellingLine>>): Promise<SellingLine | undefined> {
  let last: SellingLine | undefined;
  for await (const line of await lines) last = line;
  return last;
}
