import type { Address } from "../../engine/contract/address.ts";
import type { CartCommand } from "../../actors/cart/messages.ts";
import type { InventoryCommand, Turn } from "../../actors/inventory/messages.ts";
import type { OrderCommand } from "../../actors/order/messages.ts";
import type { QueueCommand } from "../../actors/queue/messages.ts";
import type { Session } from "../auth/session.ts";
import type { AnyCommandFrame, CommandFrame, Problem } from "../protocol/messages.ts";
import { problem } from "../protocol/problems.ts";
import { cartAddress, inventoryAddress, orderAddress, queueAddress } from "./addresses.ts";

/** What a checked command becomes: a command of one actor, or a problem. */
export type Admission =
  | {
      readonly type: "admitted";
      readonly address: Address;
      readonly command: ActorCommand;
    }
  | { readonly type: "refused"; readonly problem: Problem };

type ActorCommand = CartCommand | InventoryCommand | OrderCommand | QueueCommand;

/** A command that goes to an actor. To join a queue goes to the gateway, which gives out numbers for many at once. */
export type ActorFrame = Exclude<AnyCommandFrame, { readonly op: "queue.join" }>;

// What only operators may say; the first of these that a shopper's command has is named in the refusal.
const OPERATOR_FIELDS = ["cart", "customer", "unitPriceMinor"] as const;

/**
 * Decides whether the session may give this command, and to which actor it goes. `turn` is what the gateway knows of the frame's
 * ticket: whoever gives the command has been let into that sale.
 */
export function admit(frame: ActorFrame, session: Session, turn: Turn | undefined): Admission {
  if (session.role === "shopper") {
    for (const field of OPERATOR_FIELDS) if (field in frame) return notAllowed(field);
  }
  switch (frame.op) {
    case "cart.add":
      return admitted(cartAddress(session, frame.cart), addLine(frame, session, turn));
    case "cart.quantity":
      return admitted(cartAddress(session, frame.cart), {
        type: "ChangeQuantity",
        line: frame.line,
        quantity: frame.quantity,
        ...(turn === undefined ? {} : { turn }),
      });
    case "cart.remove":
      return admitted(cartAddress(session, frame.cart), { type: "RemoveLine", line: frame.line });
    case "cart.extend":
      return admitted(cartAddress(session, frame.cart), { type: "ExtendLine", line: frame.line });
    case "checkout":
      return admitted(cartAddress(session, frame.cart), {
        type: "CheckOut",
        customer: frame.customer ?? session.customer,
        paymentToken: frame.paymentToken,
      });
    case "order.return":
    case "product.list":
    case "stock.receive":
    case "stock.adjust":
    case "sale.set":
    case "sale.price":
    case "sale.end":
    case "selling.pause":
    case "selling.resume":
    case "queue.open":
    case "queue.rate":
    case "queue.end":
      return session.role === "operator" ? admitOperator(frame, session) : notAllowed("op");
  }
}

type StockOperation =
  | "product.list"
  | "stock.receive"
  | "stock.adjust"
  | "sale.set"
  | "sale.price"
  | "sale.end"
  | "selling.pause"
  | "selling.resume";

type StockFrame = Extract<AnyCommandFrame, { readonly op: StockOperation }>;
type QueueFrame = Extract<AnyCommandFrame, { readonly op: "queue.open" | "queue.rate" | "queue.end" }>;
type OperatorFrame = CommandFrame<"order.return"> | StockFrame | QueueFrame;

function admitOperator(frame: OperatorFrame, session: Session): Admission {
  if (frame.op === "queue.open" || frame.op === "queue.rate" || frame.op === "queue.end")
    return admitted(queueAddress(session, frame.sale), queueCommand(frame));
  if (frame.op !== "order.return")
    return admitted(inventoryAddress(session, frame.sku), inventoryCommand(frame));
  const address = orderAddress(session, frame.order);
  if (address === undefined) return { type: "refused", problem: unknownOrder() };
  return admitted(address, { type: "ReturnLines", lines: frame.lines, reason: frame.reason });
}

function inventoryCommand(frame: StockFrame): InventoryCommand {
  switch (frame.op) {
    case "product.list":
      return { type: "ListProduct", product: frame.product };
    case "stock.receive":
      return { type: "ReceiveStock", quantity: frame.quantity };
    case "stock.adjust":
      return { type: "AdjustStock", quantity: frame.quantity, reason: frame.reason };
    case "sale.set":
      return { type: "SetSale", sale: frame.sale };
    case "sale.price":
      return { type: "ChangeSalePrice", saleId: frame.saleId, unitPriceMinor: frame.unitPriceMinor };
    case "sale.end":
      return { type: "EndSale", saleId: frame.saleId };
    case "selling.pause":
      return { type: "PauseSelling", reason: frame.reason };
    case "selling.resume":
      return { type: "ResumeSelling" };
  }
}

function queueCommand(frame: QueueFrame): QueueCommand {
  switch (frame.op) {
    case "queue.open":
      return { type: "OpenQueue", terms: frame.terms };
    case "queue.rate":
      return { type: "ChangeRate", admitPerMinute: frame.admitPerMinute };
    case "queue.end":
      return { type: "EndQueue" };
  }
}

/** The problem of an order that is not there for this session. */
export function unknownOrder(): Problem {
  return problem("unknown_order", "This session has no such order.", { field: "order" });
}

function addLine(frame: CommandFrame<"cart.add">, session: Session, turn: Turn | undefined): CartCommand {
  return {
    type: "AddLine",
    customer: frame.customer ?? session.customer,
    sku: frame.sku,
    quantity: frame.quantity,
    ...(frame.unitPriceMinor === undefined ? {} : { unitPriceMinor: frame.unitPriceMinor }),
    ...(turn === undefined ? {} : { turn }),
  };
}

function admitted(address: Address, command: ActorCommand): Admission {
  return { type: "admitted", address, command };
}

function notAllowed(field: string): Admission {
  const detail =
    field === "op" ? "This operation is for operators only." : `${field} can be set by operators only.`;
  return { type: "refused", problem: problem("not_allowed", detail, { field }) };
}
