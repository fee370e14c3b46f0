import type { PlannedCustomer, PlannedInvoice } from "../retail/retail-plan.ts";

/** The next invoice of a customer. */
export interface QueuedInvoice {
  readonly customer: PlannedCustomer;
  readonly index: number;
  readonly invoice: PlannedInvoice;
}

/**
 * The customers that wait for their next invoice, the earliest invoice first: a binary heap. A customer that is taken
 * comes back once its invoice is played, so that the invoices of one customer never overtake each other.
 */
export class InvoiceQueue {
  readonly #heap: QueuedInvoice[] = [];

  constructor(customers: readonly PlannedCustomer[]) {
    for (const customer of customers) this.#enqueue(customer, 0);
  }

  /** Takes the customer whose next invoice is the earliest; undefined when all others are being played or done. */
  take(): QueuedInvoice | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts the customer back behind an invoice that is played. */
  giveBack({ customer, index }: QueuedInvoice): void {
    this.#enqueue(customer, index + 1);
  }

  #enqueue(customer: PlannedCustomer, index: number): void {
    const invoice = customer.invoices[index];
    if (invoice === undefined) return;
    const heap = this.#heap;
    const queued = { customer, index, invoice };
    let place = heap.push(queued) - 1;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = heap[parentPlace] as QueuedInvoice;
      if (parent.invoice.atMs <= invoice.atMs) break;
      heap[place] = parent;
      place = parentPlace;
    }
    heap[place] = queued;
  }

  #sink(queued: QueuedInvoice): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let childPlace = place * 2 + 1;
      if (childPlace >= heap.length) break;
      const right = heap[childPlace + 1];
      if (right !== undefined && right.invoice.atMs < (heap[childPlace] as QueuedInvoice).invoice.atMs)
        childPlace += 1;
      const child = heap[childPlace] as QueuedInvoice;
      if (child.invoice.atMs >= queued.invoice.atMs) break;
      heap[place] = child;
      place = childPlace;
    }
    heap[place] = queued;
  }
}
