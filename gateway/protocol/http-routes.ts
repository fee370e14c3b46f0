import type { Operation } from "./messages.ts";

/** Where things are read over HTTP. A part that begins with a colon is a parameter. */
export const HTTP_READS = {
  search: "/v1/catalogue",
  product: "/v1/catalogue/:sku",
  session: "/v1/session",
  cart: "/v1/cart",
  order: "/v1/orders/:order",
  queue: "/v1/queues/:sale",
  problem: "/problems/:code",
} as const;

/** An operation that can be asked for over HTTP. Its arguments are what the path names, and the fields of the body. */
export interface HttpCommandRoute {
  readonly method: "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly operation: Operation;
  readonly hasBody: boolean;
  /** The status of its answer: 201 when something new is there. */
  readonly status: 200 | 201;
}

/** Every operation that can be asked for over HTTP. */
export const HTTP_COMMANDS: readonly HttpCommandRoute[] = [
  { method: "POST", path: "/v1/cart/lines", operation: "cart.add", hasBody: true, status: 201 },
  { method: "PATCH", path: "/v1/cart/lines/:line", operation: "cart.quantity", hasBody: true, status: 200 },
  { method: "DELETE", path: "/v1/cart/lines/:line", operation: "cart.remove", hasBody: false, status: 200 },
  {
    method: "POST",
    path: "/v1/cart/lines/:line/extension",
    operation: "cart.extend",
    hasBody: false,
    status: 200,
  },
  { method: "POST", path: "/v1/checkout", operation: "checkout", hasBody: true, status: 201 },
  {
    method: "POST",
    path: "/v1/orders/:order/returns",
    operation: "order.return",
    hasBody: true,
    status: 200,
  },
  { method: "POST", path: "/v1/queues/:sale/tickets", operation: "queue.join", hasBody: true, status: 201 },
];
