import { z } from "zod";
import type { LineReply, Operation, QueueTicket, Replies } from "./messages.ts";
import { amountMinor, count, currency, type FieldsOf, line, text, timeMs } from "./view-schemas.ts";

/** What is told of an operation, beside the fields of its command. */
export type ToldOperation<Op extends Operation = Operation> = {
  /** One sentence for people. */
  readonly summary: string;
  readonly reply: z.ZodType<Replies[Op]>;
};

const lineReply = z.object({
  line,
  sku: text,
  quantity: count,
  unitPriceMinor: amountMinor,
  currency,
  holdExpiresAtMs: timeMs,
} satisfies FieldsOf<LineReply>);

const productReply = z.object({ sku: text } satisfies FieldsOf<Replies["product.list"]>);

const stockReply = z.object({ sku: text, onHand: count } satisfies FieldsOf<Replies["stock.receive"]>);

const saleReply = z.object({ sale: text } satisfies FieldsOf<Replies["queue.open"]>);

/** Every operation: what it does, and how it is answered. */
export const toldOperations: { readonly [Op in Operation]: ToldOperation<Op> } = {
  "cart.add": {
    summary: "Puts units of a product into the cart and holds them.",
    reply: lineReply,
  },
  "cart.quantity": {
    summary: "Changes the number of units of a line.",
    reply: lineReply,
  },
  "cart.remove": {
    summary: "Takes a line out of the cart and gives its units back.",
    reply: z.object({ line } satisfies FieldsOf<Replies["cart.remove"]>),
  },
  "cart.extend": {
    summary: "Lets the hold of a line last longer, once.",
    reply: z.object({ line, holdExpiresAtMs: timeMs } satisfies FieldsOf<Replies["cart.extend"]>),
  },
  checkout: {
    summary: "Orders and pays for the cart; answered when the order is paid or refused.",
    reply: z.object({
      orderId: text,
      totalMinor: amountMinor,
      taxMinor: count,
      currency,
    } satisfies FieldsOf<Replies["checkout"]>),
  },
  "order.return": {
    summary: "Takes lines of an order back and pays for them; for operators.",
    reply: z.object({
      orderId: text,
      refundedMinor: amountMinor,
      currency,
    } satisfies FieldsOf<Replies["order.return"]>),
  },
  "product.list": {
    summary: "Lists a product, or changes what is said of it; for operators.",
    reply: productReply,
  },
  "stock.receive": {
    summary: "Adds units to the stock of a product; for operators.",
    reply: stockReply,
  },
  "stock.adjust": {
    summary: "Corrects the stock of a product by a difference; for operators.",
    reply: stockReply,
  },
  "sale.set": {
    summary: "Gives a product a sale, or another one; for operators.",
    reply: productReply,
  },
  "sale.price": {
    summary: "Changes the price of a sale; for operators.",
    reply: productReply,
  },
  "sale.end": {
    summary: "Ends a sale before its time; for operators.",
    reply: productReply,
  },
  "selling.pause": {
    summary: "Sells nothing more of a product for now; for operators.",
    reply: productReply,
  },
  "selling.resume": {
    summary: "Sells a paused product again; for operators.",
    reply: productReply,
  },
  "queue.join": {
    summary: "Joins the queue of a sale; whoever shows a ticket keeps the place.",
    reply: z.object({
      sale: text,
      number: count,
      ticket: text.describe("Shown again by whoever joins again, and by whoever buys."),
    } satisfies FieldsOf<QueueTicket>),
  },
  "queue.open": {
    summary: "Opens the waiting room of a sale, or gives it other terms; for operators.",
    reply: saleReply,
  },
  "queue.rate": {
    summary: "Changes how many are let in per minute; for operators.",
    reply: saleReply,
  },
  "queue.end": {
    summary: "Closes the waiting room of a sale; for operators.",
    reply: saleReply,
  },
};
