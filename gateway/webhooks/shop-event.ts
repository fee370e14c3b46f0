/** One line of an order, as it was placed. Amounts are minor units and include their tax. */
export type OrderEventLine = {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly taxMinor: number;
};

/** What every event of an order says: what it was placed with. */
export type OrderTerms = {
  readonly orderId: string;
  /** Who bought: the customer of the session that placed it. */
  readonly customer: string;
  /** RFC 3339. */
  readonly placedAt: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly totalMinor: number;
  readonly taxMinor: number;
  readonly lines: readonly OrderEventLine[];
};

/** Units that came back, of one line. */
export type ReturnedLine = {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
};

/** What a return, or its refund, says of its order. */
export type ReturnTerms = {
  readonly orderId: string;
  readonly customer: string;
  readonly currency: string;
  /** Number of the return within its order. */
  readonly returnNumber: number;
  readonly refundMinor: number;
};

/** How many units there are of a product, those in carts included. */
export type ProductStock = { readonly sku: string; readonly onHand: number };

/** What others are told, by type. What is in none of these stays in the shop. */
export type ShopEventData = {
  /** Every unit is sold to this order, and the money is set aside: pack it. */
  readonly "order.confirmed": OrderTerms;
  /** The money is taken. */
  readonly "order.captured": OrderTerms;
  /** Nothing was sold: the payment was declined or late, or stock was lost. `code` says which. */
  readonly "order.refused": OrderTerms & { readonly code: string; readonly detail: string };
  /** Units come back, and are for sale again. The refund follows. */
  readonly "order.returned": ReturnTerms & {
    readonly reason: string;
    readonly lines: readonly ReturnedLine[];
  };
  /** The money of a return is paid back. */
  readonly "order.refunded": ReturnTerms;
  /** The last unit is sold, or taken out of the stock. Units in carts count as there. */
  readonly "product.sold_out": ProductStock;
  /** There are units where there were none, for the first time or again. */
  readonly "product.back_in_stock": ProductStock;
};

/** The type of an event, as endpoints name it. */
export type ShopEventType = keyof ShopEventData;

/** Something that happened in the shop, for others. */
export type ShopEvent = {
  [Type in ShopEventType]: {
    readonly type: Type;
    /** What it is about: `order/ID` or `product/SKU`. */
    readonly subject: string;
    readonly data: ShopEventData[Type];
  };
}[ShopEventType];

/** All types, with the version of their data. One that changes otherwise than by more fields gets the next version. */
export const SHOP_EVENT_VERSIONS: Readonly<Record<ShopEventType, number>> = {
  "order.confirmed": 1,
  "order.captured": 1,
  "order.refused": 1,
  "order.returned": 1,
  "order.refunded": 1,
  "product.sold_out": 1,
  "product.back_in_stock": 1,
};

/** All types, in the order in which people read them. */
export const SHOP_EVENT_TYPES = Object.keys(SHOP_EVENT_VERSIONS) as readonly ShopEventType[];

/** Whether somebody names a type that there is. */
export function isShopEventType(text: string): text is ShopEventType {
  return Object.hasOwn(SHOP_EVENT_VERSIONS, text);
}
