import type { RefusalValues } from "../../engine/contract/outcome.ts";
import type { CartView, InventoryView, OrderView, QueueView } from "./views.ts";

/** The WebSocket subprotocol: JSON text frames. */
export const SUBPROTOCOL = "stampede.v1.json";

/** Path of the WebSocket. */
export const SOCKET_PATH = "/v1/socket";

/** Largest frame a client may send, bytes. */
export const FRAME_BYTES_MAX = 64 * 1024;

/** Where something can be watched: `sku/SKU` and `queue/SALE` are public; `cart` and `order/ID` belong to the session. */
export type Channel = `sku/${string}` | `queue/${string}` | "cart" | `order/${string}`;

/** An RFC 9457 problem. `code` is stable; `detail` is one sentence for people. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
  readonly retryAfterMs?: number;
  /** The numbers and names that `detail` tells of. Refusals of older releases of the shop have none. */
  readonly values?: RefusalValues;
};

/** First frame of a client. Without a token an anonymous shopper's session is made. */
export type Hello = {
  readonly t: "hello";
  readonly token?: string;
  readonly resume?: readonly ResumePoint[];
};

/** What a client had of a channel before it lost its connection. */
export type ResumePoint = { readonly ch: Channel; readonly epoch: number; readonly offset: number };

/** Operations and their arguments. `cart`, `customer` and `unitPriceMinor` are refused from shoppers. */
export type Operations = {
  "cart.add": {
    readonly sku: string;
    readonly quantity: number;
    readonly cart?: string;
    readonly customer?: string;
    readonly unitPriceMinor?: number;
    /** What `queue.join` gave: products of a sale with a waiting room need it, of whoever buys. */
    readonly ticket?: string;
  };
  "cart.quantity": {
    readonly line: number;
    readonly quantity: number;
    readonly cart?: string;
    /** As with `cart.add`, for more units; without one for no more than are held. */
    readonly ticket?: string;
  };
  "cart.remove": { readonly line: number; readonly cart?: string };
  "cart.extend": { readonly line: number; readonly cart?: string };
  checkout: { readonly paymentToken: string; readonly cart?: string; readonly customer?: string };
  "order.return": {
    readonly order: string;
    readonly lines: readonly { readonly line: number; readonly quantity: number }[];
    readonly reason: string;
  };
  "product.list": { readonly sku: string; readonly product: ProductTerms };
  "stock.receive": { readonly sku: string; readonly quantity: number };
  "stock.adjust": { readonly sku: string; readonly quantity: number; readonly reason: string };
  "sale.set": { readonly sku: string; readonly sale: SaleTerms };
  "sale.price": { readonly sku: string; readonly saleId: string; readonly unitPriceMinor: number };
  "sale.end": { readonly sku: string; readonly saleId: string };
  "selling.pause": { readonly sku: string; readonly reason: string };
  "selling.resume": { readonly sku: string };
  /** Joins the queue of a sale. Whoever has a ticket shows it, and keeps the place. */
  "queue.join": { readonly sale: string; readonly ticket?: string };
  "queue.open": { readonly sale: string; readonly terms: QueueTerms };
  "queue.rate": { readonly sale: string; readonly admitPerMinute: number };
  "queue.end": { readonly sale: string };
};

/** How the waiting room of a sale works. Times are milliseconds since the epoch. */
export type QueueTerms = {
  /** From when on people may join. */
  readonly opensAtMs: number;
  /** When those who are there are shuffled, and the first are let in. */
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** How many are let in per minute; 0 for nobody. */
  readonly admitPerMinute: number;
  /** How long whoever is let in may buy, milliseconds. */
  readonly admissionMs: number;
};

/** What an operator says about a product; prices are minor units and include tax. */
export type ProductTerms = {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly taxBasisPoints: number;
  /** Null: it has none; left out: it keeps the one that it has. */
  readonly sale?: SaleTerms | null;
};

/** A sale of one product. */
export type SaleTerms = {
  readonly id: string;
  readonly title: string;
  readonly unitPriceMinor: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly limitPerCustomer: number | null;
  /** Only who was let in may buy: the sale has a queue of the same id. Left out, a product keeps that of the sale it is in. */
  readonly waitingRoom?: boolean;
};

/** Replies of the operations. */
export type Replies = {
  "cart.add": LineReply;
  "cart.quantity": LineReply;
  "cart.remove": { readonly line: number };
  "cart.extend": { readonly line: number; readonly holdExpiresAtMs: number };
  checkout: {
    readonly orderId: string;
    readonly totalMinor: number;
    readonly taxMinor: number;
    readonly currency: string;
  };
  "order.return": { readonly orderId: string; readonly refundedMinor: number; readonly currency: string };
  "product.list": { readonly sku: string };
  "stock.receive": { readonly sku: string; readonly onHand: number };
  "stock.adjust": { readonly sku: string; readonly onHand: number };
  "sale.set": { readonly sku: string };
  "sale.price": { readonly sku: string };
  "sale.end": { readonly sku: string };
  "selling.pause": { readonly sku: string };
  "selling.resume": { readonly sku: string };
  "queue.join": QueueTicket;
  "queue.open": { readonly sale: string };
  "queue.rate": { readonly sale: string };
  "queue.end": { readonly sale: string };
};

/** A number in the queue of a sale; `standingOf` tells where it stands. */
export type QueueTicket = {
  readonly sale: string;
  readonly number: number;
  /** Signed: shown again by whoever joins again, and by whoever buys. */
  readonly ticket: string;
};

/** A line of a cart with its hold. */
export type LineReply = {
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly holdExpiresAtMs: number;
};

/** The name of an operation. */
export type Operation = keyof Operations;

/** A command: answered by exactly one frame with `re` = `id`. The same `key` with the same content has one effect. */
export type CommandFrame<Op extends Operation = Operation> = {
  readonly id: number;
  readonly op: Op;
  readonly key: string;
  /** Time the client is willing to wait, milliseconds. */
  readonly deadlineMs?: number;
} & Operations[Op];

/** A command of any operation, told apart by `op`. */
export type AnyCommandFrame = { [Op in Operation]: CommandFrame<Op> }[Operation];

/** Frames of clients that are not commands. */
export type ControlFrame =
  | Hello
  | { readonly t: "subscribe" | "unsubscribe" | "resync"; readonly ch: Channel }
  /** Renews a session before it expires. */
  | { readonly t: "refresh" }
  /** Answered by `pong`: keeps the connection alive and tells the server's time. */
  | { readonly t: "ping" };

/** Frames from clients. */
export type ClientFrame = ControlFrame | AnyCommandFrame;

/** Answer to `hello` and `refresh`. */
export type Welcome = {
  readonly t: "welcome";
  /**
   * The signed session: present it in the next `hello`. Empty when the session came from the cookie, which scripts
   * shall not see; the next `hello` needs no token then, and `GET /v1/session` renews it.
   */
  readonly session: string;
  readonly sessionExpiresAtMs: number;
  readonly role: "shopper" | "operator";
  readonly customer: string;
  readonly cart: string;
  /** Identity of the shop's database, so that tools notice when they look at another one. */
  readonly shop: string;
  readonly serverTimeMs: number;
  readonly pingMs: number;
  readonly frameBytesMax: number;
};

/** Frames to clients. */
export type ServerFrame =
  | Welcome
  | {
      readonly t: "snapshot";
      readonly ch: Channel;
      readonly epoch: number;
      readonly offset: number;
      readonly state: unknown;
    }
  /** Fields that changed since `prev`; a client that is not at `prev` asks for `resync`. */
  | {
      readonly t: "delta";
      readonly ch: Channel;
      readonly epoch: number;
      readonly offset: number;
      readonly prev: number;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly re: number; readonly ok: unknown }
  | { readonly re: number; readonly problem: Problem }
  /** A frame or subscription that cannot be served. */
  | { readonly t: "problem"; readonly problem: Problem; readonly ch?: Channel }
  | { readonly t: "reconnect"; readonly afterMs: number; readonly jitterMs: number }
  | { readonly t: "pong"; readonly serverTimeMs: number };

/** What a channel shows; null while the thing does not exist. */
export type ChannelState<Ch extends Channel> = Ch extends "cart"
  ? CartView
  : Ch extends `order/${string}`
    ? OrderView
    : Ch extends `queue/${string}`
      ? QueueView
      : InventoryView;
