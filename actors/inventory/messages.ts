/** A sale of one product: a price and a limit for a window of time. */
export type Sale = {
  readonly id: string;
  readonly title: string;
  readonly unitPriceMinor: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Most units one customer may hold and buy within this sale; null for no limit. */
  readonly limitPerCustomer: number | null;
  /** Nothing of it is held for anybody who was not let in by `queue/SALE`, from now until the sale ends. */
  readonly waitingRoom?: boolean;
};

/** That somebody was let in by the queue of a sale, with that number. Gateways say so, never shoppers. */
export type Turn = { readonly sale: string; readonly number: number };

/** What the shop says about a product. Prices are minor units of `currency` and include tax. */
export type Product = {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly unitPriceMinor: number;
  /** ISO 4217 code. */
  readonly currency: string;
  /** Tax that the price includes, in basis points (2000 = 20 %). */
  readonly taxBasisPoints: number;
  readonly sale: Sale | null;
};

/** What operators say of a product that they list. Without `sale` it keeps the one that it has. */
export type Listing = Omit<Product, "sale"> & { readonly sale?: Sale | null };

/** Commands of `inventory/SKU`. The first eight come from operators, the others from carts and orders. */
export type InventoryCommand =
  | { readonly type: "ListProduct"; readonly product: Listing }
  | { readonly type: "ReceiveStock"; readonly quantity: number }
  | { readonly type: "AdjustStock"; readonly quantity: number; readonly reason: string }
  | SaleCommand
  | PlaceHold
  | ExtendHold
  | ReleaseHold
  | SecureHold
  | SellHold
  | ReturnStock
  | { readonly type: "WakeUp" };

/**
 * What the operators of a sale say to one product. Each changes one thing and leaves the others as they are, so none of them
 * can undo what somebody else has said meanwhile; said again, it changes nothing.
 */
export type SaleCommand =
  /** Puts the product into the sale, or gives the sale it is in other terms. Refused while another one is coming or on. */
  | { readonly type: "SetSale"; readonly sale: Sale }
  | { readonly type: "ChangeSalePrice"; readonly saleId: string; readonly unitPriceMinor: number }
  /** A sale that is on is over at once; one that has not begun is called off. */
  | { readonly type: "EndSale"; readonly saleId: string }
  /** Nothing more is held until `ResumeSelling`. What is held can be paid for, extended and given back. */
  | { readonly type: "PauseSelling"; readonly reason: string }
  | { readonly type: "ResumeSelling" };

/** Sets stock aside for a line of a cart, or changes how much. Answered to the cart with `HoldAnswered`. */
export type PlaceHold = {
  readonly type: "PlaceHold";
  /** `CART#LINE`: also tells whom to answer. */
  readonly holdId: string;
  readonly customer: string;
  /** The whole quantity that the hold shall have, whatever it had before. */
  readonly quantity: number;
  /** A price set by an operator instead of the shop's; shoppers cannot send it. */
  readonly unitPriceMinor?: number;
  readonly turn?: Turn;
  /** The ticket of the cart's command, echoed. */
  readonly ticket: number;
};

/** Gives a hold its one extension. Answered to the cart with `ExtensionAnswered`. */
export type ExtendHold = { readonly type: "ExtendHold"; readonly holdId: string; readonly ticket: number };

/** Ends a hold; unknown holds are ignored (they have ended already). Not answered. */
export type ReleaseHold = { readonly type: "ReleaseHold"; readonly holdId: string };

/**
 * Keeps (or places again) a hold past its own time, for as long as an order may need it: until one moment, whichever and
 * however many orders ask. Answered to the order with `LineSecured` or `LineUnavailable`.
 */
export type SecureHold = {
  readonly type: "SecureHold";
  readonly holdId: string;
  readonly orderId: string;
  readonly line: number;
  readonly customer: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
};

/** Turns a hold into a sale. Answered to the order with `LineSold` or `LineUnavailable`. */
export type SellHold = {
  readonly type: "SellHold";
  readonly holdId: string;
  readonly orderId: string;
  readonly line: number;
};

/** Puts sold units back on the shelf. Answered to the order with `LineRestocked`. */
export type ReturnStock = {
  readonly type: "ReturnStock";
  readonly orderId: string;
  readonly line: number;
  readonly customer: string;
  readonly quantity: number;
};

/** Facts about `inventory/SKU`. */
export type InventoryEvent =
  | { readonly type: "ProductListed"; readonly product: Product }
  | { readonly type: "StockReceived"; readonly quantity: number }
  | { readonly type: "StockAdjusted"; readonly quantity: number; readonly reason: string }
  /** The product's sale has these terms from now on; null: it has none. */
  | { readonly type: "SaleSet"; readonly sale: Sale | null }
  | { readonly type: "SellingPaused"; readonly reason: string }
  | { readonly type: "SellingResumed" }
  | {
      readonly type: "HoldPlaced";
      readonly holdId: string;
      readonly customer: string;
      readonly quantity: number;
      readonly unitPriceMinor: number;
      readonly expiresAtMs: number;
      /** Only in a sale with a waiting room: its number there. */
      readonly turn?: Turn;
    }
  | {
      readonly type: "HoldResized";
      readonly holdId: string;
      readonly quantity: number;
      readonly previousQuantity: number;
      /** As with `HoldPlaced`, when it has grown. */
      readonly turn?: Turn;
    }
  | { readonly type: "HoldExtended"; readonly holdId: string; readonly expiresAtMs: number }
  | {
      readonly type: "HoldSecured";
      readonly holdId: string;
      readonly orderId: string;
      readonly expiresAtMs: number;
      /** When the hold's own time ends, which its shopper has without any order. */
      readonly ownExpiresAtMs: number;
    }
  | { readonly type: "HoldReleased"; readonly holdId: string; readonly quantity: number }
  | { readonly type: "HoldExpired"; readonly holdId: string; readonly quantity: number }
  | {
      readonly type: "HoldSold";
      readonly holdId: string;
      readonly orderId: string;
      readonly quantity: number;
    }
  | {
      readonly type: "StockReturned";
      readonly orderId: string;
      readonly customer: string;
      readonly quantity: number;
    };

/** What subscribers of `sku/SKU` see. */
export type InventoryView = {
  readonly sku: string;
  readonly title: string;
  readonly category: string;
  readonly currency: string;
  /** The price outside a sale. */
  readonly unitPriceMinor: number;
  readonly available: number;
  readonly sale: Sale | null;
  /** Nothing more of it is sold for now. Why is for operators to know. */
  readonly paused: boolean;
};
