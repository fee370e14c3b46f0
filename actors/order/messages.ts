import type { Refusal } from "../../engine/contract/outcome.ts";
import type { CartLine } from "../cart/messages.ts";

/** Commands of `order/CART~N`. `ReturnLines` comes from operators (with a ticket), the others from cart, inventory and payment. */
export type OrderCommand =
  | PlaceOrder
  | ReturnLines
  | { readonly type: "LineSecured"; readonly line: number; readonly expiresAtMs: number }
  | { readonly type: "LineUnavailable"; readonly line: number; readonly refusal: Refusal }
  | { readonly type: "LineSold"; readonly line: number }
  | { readonly type: "LineRestocked"; readonly line: number; readonly quantity: number }
  | PaymentAnswer
  | { readonly type: "WakeUp" };

/** Sent by the cart in the same shard. Ends with `OrderEnded` to the cart. */
export type PlaceOrder = {
  readonly type: "PlaceOrder";
  readonly customer: string;
  readonly paymentToken: string;
  readonly currency: string;
  readonly lines: readonly CartLine[];
  /** The ticket of the cart's `CheckOut`. */
  readonly ticket: number;
};

/** Takes sold units back: refunds them and puts them on the shelf. Reply: {@link ReturnLinesReply}. */
export type ReturnLines = {
  readonly type: "ReturnLines";
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
  readonly reason: string;
};

/** Reply to `ReturnLines`. */
export type ReturnLinesReply = {
  readonly orderId: string;
  readonly refundedMinor: number;
  readonly currency: string;
};

/** Requests to the external port `payment`. `paymentKey` names the payment; the provider remembers it. */
export type PaymentRequest =
  | {
      readonly type: "Authorise";
      readonly paymentKey: string;
      readonly token: string;
      readonly amountMinor: number;
      readonly currency: string;
    }
  | {
      readonly type: "Capture";
      readonly paymentKey: string;
      readonly amountMinor: number;
      readonly currency: string;
    }
  | { readonly type: "Void"; readonly paymentKey: string }
  | {
      readonly type: "Refund";
      readonly paymentKey: string;
      /** Names this refund among the payment's refunds. */
      readonly refundKey: string;
      readonly amountMinor: number;
      readonly currency: string;
    };

/** The request of one type. */
export type PaymentRequestOf<Type extends PaymentRequest["type"]> = Extract<
  PaymentRequest,
  { readonly type: Type }
>;

/** Answers of the external port `payment`. */
export type PaymentAnswer =
  | { readonly type: "PaymentAuthorised"; readonly paymentKey: string; readonly reference: string }
  | { readonly type: "PaymentDeclined"; readonly paymentKey: string; readonly reason: string }
  /** The provider did not answer in time: the money may be set aside; a `Void` undoes it either way. */
  | { readonly type: "PaymentTimedOut"; readonly paymentKey: string }
  | { readonly type: "PaymentCaptured"; readonly paymentKey: string }
  | { readonly type: "PaymentVoided"; readonly paymentKey: string }
  | { readonly type: "PaymentRefunded"; readonly paymentKey: string; readonly refundKey: string };

/** What may be answered to a request of that type. An order ends on nothing else. */
export type PaymentAnswerTo<Type extends PaymentRequest["type"]> = Extract<
  PaymentAnswer,
  { readonly type: AnswerTypes[Type] }
>;

interface AnswerTypes {
  readonly Authorise: "PaymentAuthorised" | "PaymentDeclined" | "PaymentTimedOut";
  readonly Capture: "PaymentCaptured";
  readonly Void: "PaymentVoided";
  readonly Refund: "PaymentRefunded";
}

/** Facts about `order/CART~N`. A line's last answer is implied by the event that it leads to. */
export type OrderEvent =
  | OrderPlaced
  /** One line's hold lasts; others are still being secured. */
  | { readonly type: "LineSecured"; readonly line: number; readonly holdExpiresAtMs: number }
  /** One line's stock is gone; the order ends as refused once its other lines have answered. */
  | { readonly type: "LineLost"; readonly line: number; readonly refusal: Refusal }
  /** The last line's hold lasts as well. */
  | { readonly type: "OrderSecured"; readonly line: number; readonly holdExpiresAtMs: number }
  | { readonly type: "PaymentAuthorised"; readonly reference: string }
  /** One line is sold; others are still being sold, or a lost one makes the order give this one back. */
  | { readonly type: "LineSold"; readonly line: number }
  /** All lines are sold. */
  | { readonly type: "OrderConfirmed" }
  | { readonly type: "PaymentCaptured" }
  | { readonly type: "OrderRefused"; readonly refusal: Refusal }
  | {
      readonly type: "ReturnRequested";
      readonly ticket: number;
      readonly lines: readonly { readonly line: number; readonly quantity: number }[];
      readonly refundMinor: number;
      readonly reason: string;
    }
  | { readonly type: "RefundMade"; readonly ticket: number; readonly refundMinor: number }
  /** Units of a line are back on the shelf: of the return with that ticket, or (0) of an order that was refused late. */
  | { readonly type: "LineRestocked"; readonly line: number; readonly ticket: number };

/** An order was placed: what it costs is fixed. */
export type OrderPlaced = {
  readonly type: "OrderPlaced";
  /** `securing` when some holds end too soon to pay first. */
  readonly status: "securing" | "authorising";
  readonly customer: string;
  readonly currency: string;
  readonly lines: readonly OrderedLine[];
  /** Lines whose hold is being secured. */
  readonly securing: readonly number[];
  /** Kept only while lines are being secured: afterwards the payment provider has it. */
  readonly paymentToken: string | null;
  /** The ticket of the cart's `CheckOut`. */
  readonly ticket: number;
};

/** One line of an order, as placed. Its amount is price times quantity and includes the tax. */
export type OrderedLine = {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly taxMinor: number;
};

/** Where an order is. The transitions are the table in `lifecycle.ts`. */
export type OrderStatus = "securing" | "authorising" | "selling" | "confirmed" | "captured" | "refused";

/** What the owner of an order sees on the channel `order/ID`. */
export type OrderView = {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly customer: string;
  readonly placedAtMs: number;
  readonly lines: readonly OrderViewLine[];
  readonly currency: string;
  readonly totalMinor: number;
  readonly taxMinor: number;
  readonly refundedMinor: number;
  readonly refusal: Refusal | null;
};

/** One line of an order's view. */
export type OrderViewLine = {
  readonly line: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly taxMinor: number;
  readonly returnedQuantity: number;
};
