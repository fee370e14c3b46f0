import type { Refusal } from "../../engine/contract/outcome.ts";
import type { Turn } from "../inventory/messages.ts";

/** Commands of `cart/CART`. Those of the first group come from the shopper (with a ticket), the others from inventory and orders. */
export type CartCommand =
  | AddLine
  | ChangeQuantity
  | { readonly type: "RemoveLine"; readonly line: number }
  | { readonly type: "ExtendLine"; readonly line: number }
  | CheckOut
  | HoldAnswered
  | ExtensionAnswered
  | { readonly type: "LineExpired"; readonly holdId: string }
  | OrderEnded
  | { readonly type: "WakeUp" };

/** Adds a line and holds its stock. Reply: {@link AddLineReply}. */
export type AddLine = {
  readonly type: "AddLine";
  readonly customer: string;
  readonly sku: string;
  readonly quantity: number;
  /** A price set by an operator; the gateway refuses it from shoppers. */
  readonly unitPriceMinor?: number;
  /** That the shopper was let into a sale with a waiting room; the gateway says so. */
  readonly turn?: Turn;
};

/** Gives a line another quantity. Reply: {@link AddLineReply}. */
export type ChangeQuantity = {
  readonly type: "ChangeQuantity";
  readonly line: number;
  readonly quantity: number;
  /** As with {@link AddLine}. */
  readonly turn?: Turn;
};

/** Reply to `AddLine` and `ChangeQuantity`. */
export type AddLineReply = {
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly holdExpiresAtMs: number;
};

/** Places an order for all lines. Reply: {@link CheckOutReply}, once the order is confirmed. */
export type CheckOut = {
  readonly type: "CheckOut";
  readonly customer: string;
  /** Names a means of payment at the payment provider; card numbers never come here. */
  readonly paymentToken: string;
};

/** Reply to `CheckOut`. */
export type CheckOutReply = {
  readonly orderId: string;
  readonly totalMinor: number;
  readonly taxMinor: number;
  readonly currency: string;
};

/** Inventory's answer to `PlaceHold`. */
export type HoldAnswered = {
  readonly type: "HoldAnswered";
  readonly holdId: string;
  readonly ticket: number;
  readonly answer:
    | {
        readonly type: "held";
        readonly sku: string;
        readonly title: string;
        readonly quantity: number;
        readonly unitPriceMinor: number;
        readonly currency: string;
        readonly taxBasisPoints: number;
        readonly expiresAtMs: number;
      }
    | { readonly type: "refused"; readonly refusal: Refusal };
};

/** Inventory's answer to `ExtendHold`. */
export type ExtensionAnswered = {
  readonly type: "ExtensionAnswered";
  readonly holdId: string;
  readonly ticket: number;
  readonly answer:
    | { readonly type: "extended"; readonly expiresAtMs: number }
    | { readonly type: "refused"; readonly refusal: Refusal };
};

/** An order's last word to its cart. */
export type OrderEnded = {
  readonly type: "OrderEnded";
  readonly orderId: string;
  readonly ticket: number;
  readonly answer:
    | {
        readonly type: "confirmed";
        readonly totalMinor: number;
        readonly taxMinor: number;
        readonly currency: string;
      }
    /** `lostLines`: lines whose stock is gone or kept no longer; the others are the cart's again, with the expiry that the order secured. */
    | {
        readonly type: "refused";
        readonly refusal: Refusal;
        readonly lostLines: readonly number[];
        readonly securedLines: readonly SecuredLine[];
      };
};

/** A line whose hold an order has secured, until `holdExpiresAtMs`. */
export type SecuredLine = { readonly line: number; readonly holdExpiresAtMs: number };

/** Facts about `cart/CART`. */
export type CartEvent =
  | { readonly type: "CartOpened"; readonly customer: string }
  | LineHeld
  /** The quantity is being changed; the line cannot be ordered until inventory has answered. */
  | { readonly type: "QuantityChangeRequested"; readonly line: number; readonly ticket: number }
  | {
      readonly type: "QuantityChanged";
      readonly line: number;
      readonly ticket: number;
      readonly quantity: number;
      readonly unitPriceMinor: number;
      readonly holdExpiresAtMs: number;
    }
  | { readonly type: "QuantityChangeRefused"; readonly line: number; readonly ticket: number }
  | { readonly type: "LineExtended"; readonly line: number; readonly holdExpiresAtMs: number }
  | { readonly type: "LineRemoved"; readonly line: number }
  | { readonly type: "LineExpired"; readonly line: number }
  /** A line's hold ended while its order was being placed; whether the line is lost shows when the order ends. */
  | { readonly type: "LineLapsed"; readonly line: number }
  | { readonly type: "CheckedOut"; readonly orderId: string; readonly ticket: number }
  | { readonly type: "CheckOutConfirmed"; readonly orderId: string }
  | {
      readonly type: "CheckOutRefused";
      readonly orderId: string;
      readonly removedLines: readonly number[];
      readonly securedLines: readonly SecuredLine[];
    };

/** Inventory holds a line's stock: the line is in the cart. */
export type LineHeld = {
  readonly type: "LineHeld";
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly taxBasisPoints: number;
  readonly holdExpiresAtMs: number;
};

/** One line as the cart, its order and their subscribers see it. */
export type CartLine = {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly taxBasisPoints: number;
  readonly holdExpiresAtMs: number;
  readonly extended: boolean;
};

/** What the owner of a cart sees on the channel `cart`. */
export type CartView = {
  readonly cartId: string;
  readonly lines: readonly CartLine[];
  /** ISO 4217; null while the cart is empty. */
  readonly currency: string | null;
  readonly totalMinor: number;
  /** Tax that the total includes. */
  readonly taxMinor: number;
  /** The order that is being placed from this cart now; lines cannot change meanwhile. */
  readonly checkingOut: string | null;
  /** The cart's orders so far, newest first, at most 20. */
  readonly orderIds: readonly string[];
};
