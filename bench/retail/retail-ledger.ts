/** What the file says about one SKU, units. */
export interface SkuLedger {
  sold: number;
  returned: number;
}

/** What the file says about one customer, pence. */
export interface CustomerLedger {
  orderedMinor: number;
  refundedMinor: number;
}

/** What the shop must show after the file has been played, computed from the file alone. */
export class RetailLedger {
  readonly skus = new Map<string, SkuLedger>();
  readonly customers = new Map<string, CustomerLedger>();

  sell(customer: string, sku: string, quantity: number, unitPriceMinor: number): void {
    this.#sku(sku).sold += quantity;
    this.#customer(customer).orderedMinor += quantity * unitPriceMinor;
  }

  takeBack(customer: string, sku: string, quantity: number, unitPriceMinor: number): void {
    this.#sku(sku).returned += quantity;
    this.#customer(customer).refundedMinor += quantity * unitPriceMinor;
  }

  #sku(sku: string): SkuLedger {
    let entry = this.skus.get(sku);
    if (entry === undefined) {
      entry = { sold: 0, returned: 0 };
      this.skus.set(sku, entry);
    }
    return entry;
  }

  #customer(customer: string): CustomerLedger {
    let entry = this.customers.get(customer);
    if (entry === undefined) {
      entry = { orderedMinor: 0, refundedMinor: 0 };
      this.customers.set(customer, entry);
    }
    return entry;
  }
}
