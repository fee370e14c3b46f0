import type { InventoryEvent, InventoryView } from "../../../actors/inventory/messages.ts";
import type { Check } from "../check.ts";

/** A SKU's books, kept from its events without its decider. */
interface Books {
  received: number;
  adjusted: number;
  sold: number;
  returned: number;
  held: number;
  /** Reported already: one mistake breaks all that follows. */
  broken: boolean;
}

/** Conservation: no oversell, ever. */
export const stock: Check = {
  name: "stock",
  sentence:
    "Per SKU, received + adjusted − sold + returned − held is what is available, and never below zero.",
  subject: "stock changes",
  begin({ findings }) {
    let bySku = new Map<string, Books>();
    return {
      entry(entry, address, { shard, seq }) {
        if (entry.kind !== "inventory") return;
        const books = bySku.get(address) ?? openBooks();
        bySku.set(address, books);
        for (const event of entry.events as readonly InventoryEvent[]) {
          findings.checked();
          book(books, event);
          if (books.broken || (onHand(books) >= 0 && available(books) >= 0 && books.held >= 0)) continue;
          books.broken = true;
          findings.violation({ address, shard, seq, detail: `after ${event.type}: ${write(books)}` });
        }
      },
      shardEnd(folded) {
        for (const [address, books] of bySku) {
          const actor = folded.find(address);
          if (books.broken || actor === undefined || actor.broken) continue;
          const view = actor.decider.view(actor.state) as InventoryView | undefined;
          if (view === undefined || view.available === available(books)) continue;
          const detail = `the shop shows ${view.available} available: ${write(books)}`;
          findings.violation({ address, shard: folded.shard, seq: actor.seq, detail });
        }
        bySku = new Map();
      },
    };
  },
};

function openBooks(): Books {
  return { received: 0, adjusted: 0, sold: 0, returned: 0, held: 0, broken: false };
}

function onHand({ received, adjusted, sold, returned }: Books): number {
  return received + adjusted - sold + returned;
}

function available(books: Books): number {
  return onHand(books) - books.held;
}

function write(books: Books): string {
  const { received, adjusted, sold, returned, held } = books;
  const parts = `received ${received} + adjusted ${adjusted} − sold ${sold} + returned ${returned}`;
  return `${parts} = ${onHand(books)} on hand, − held ${held} = ${available(books)} available`;
}

function book(books: Books, event: InventoryEvent): void {
  switch (event.type) {
    case "ProductListed":
    case "SaleSet":
    case "SellingPaused":
    case "SellingResumed":
    case "HoldExtended":
    case "HoldSecured":
      return;
    case "StockReceived":
      books.received += event.quantity;
      return;
    case "StockAdjusted":
      books.adjusted += event.quantity;
      return;
    case "HoldPlaced":
      books.held += event.quantity;
      return;
    case "HoldResized":
      books.held += event.quantity - event.previousQuantity;
      return;
    case "HoldReleased":
    case "HoldExpired":
      books.held -= event.quantity;
      return;
    case "HoldSold":
      books.held -= event.quantity;
      books.sold += event.quantity;
      return;
    case "StockReturned":
      books.returned += event.quantity;
      return;
  }
}
