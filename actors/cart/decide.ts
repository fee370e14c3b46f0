import { parseActorId } from "../../engine/contract/address.ts";
import type { Context, Decision } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { done } from "../../engine/contract/outcome.ts";
import { invalidQuantity, nothing, refuse } from "../decision.ts";
import { isQuantity, isText, isUnitPrice, limits } from "../limits.ts";
import { holdIdOf, toInventory } from "../mail.ts";
import { fitsLine, lineAmountMinor } from "../money/amount.ts";
import { answerExtension, answerHold } from "./answers.ts";
import { checkOut, endOrder, expireLine } from "./check-out.ts";
import type { AddLine, CartCommand, CartEvent, ChangeQuantity } from "./messages.ts";
import {
  AMOUNT_TOO_LARGE,
  CART_FULL,
  CHECKOUT_IN_PROGRESS,
  NOT_YOUR_CART,
  lineNotFound,
} from "./refusals.ts";
import type { CartState } from "./state.ts";

type CartDecision = Decision<CartEvent>;

/** Decides a command of `cart/CART`. */
export function decideCart(state: CartState, command: CartCommand, context: Context): CartDecision {
  switch (command.type) {
    case "AddLine":
      return addLine(state, command, context);
    case "ChangeQuantity":
      return changeQuantity(state, command, context);
    case "RemoveLine":
      return removeLine(state, command.line, context);
    case "ExtendLine":
      return extendLine(state, command.line, context);
    case "CheckOut":
      return checkOut(state, command, context);
    case "HoldAnswered":
      return answerHold(state, command, context);
    case "ExtensionAnswered":
      return answerExtension(state, command);
    case "LineExpired":
      return expireLine(state, command.holdId);
    case "OrderEnded":
      return endOrder(state, command, context);
    case "WakeUp":
      return nothing;
  }
}

// The line is nothing but a wish until inventory holds its stock, so only the cart's first command makes an event.
function addLine(state: CartState, command: AddLine, context: Context): CartDecision {
  const { customer, sku, quantity, unitPriceMinor, turn } = command;
  const refusal = addLineRefusal(state, command);
  if (refusal !== undefined) return refuse(refusal);
  const hold = { holdId: holdIdOf(state.cartId, context.ticket), customer, quantity, ticket: context.ticket };
  return {
    events: state.customer === null ? [{ type: "CartOpened", customer }] : [],
    messages: [
      toInventory(context.address.tenant, sku, {
        type: "PlaceHold",
        ...hold,
        ...(unitPriceMinor === undefined ? {} : { unitPriceMinor }),
        ...(turn === undefined ? {} : { turn }),
      }),
    ],
  };
}

function addLineRefusal(state: CartState, command: AddLine): Refusal | undefined {
  const { customer, sku, quantity, unitPriceMinor } = command;
  if (state.cartId.length > limits.cartIdLengthMax)
    return {
      code: "invalid_cart",
      detail: `A cart's id must have at most ${limits.cartIdLengthMax} characters.`,
      field: "cart",
      values: { limit: limits.cartIdLengthMax },
    };
  if (!isText(customer, limits.customerLengthMax))
    return {
      code: "invalid_customer",
      detail: `A customer's id must have 1 to ${limits.customerLengthMax} characters.`,
      field: "customer",
      values: { limit: limits.customerLengthMax },
    };
  if (state.customer !== null && state.customer !== customer) return NOT_YOUR_CART;
  if (state.checkingOut !== null) return CHECKOUT_IN_PROGRESS;
  if (parseActorId(sku) === undefined)
    return { code: "unknown_sku", detail: "There is no such product.", field: "sku" };
  if (!isQuantity(quantity)) return invalidQuantity(quantity, limits.quantityMax);
  if (unitPriceMinor !== undefined && !isUnitPrice(unitPriceMinor))
    return {
      code: "invalid_price",
      detail: `The price must be a whole number of minor units from 0 to ${limits.unitPriceMinorMax}.`,
      field: "unitPriceMinor",
      values: { limit: limits.unitPriceMinorMax },
    };
  if (state.lines.size >= limits.linesPerCartMax) return CART_FULL;
  return undefined;
}

function changeQuantity(state: CartState, command: ChangeQuantity, context: Context): CartDecision {
  const { line: number, quantity, turn } = command;
  if (state.checkingOut !== null) return refuse(CHECKOUT_IN_PROGRESS);
  const line = state.lines.get(number);
  if (line === undefined || state.customer === null) return refuse(lineNotFound(number));
  if (!isQuantity(quantity)) return refuse(invalidQuantity(quantity, limits.quantityMax));
  const othersMinor = state.totalMinor - lineAmountMinor(line.unitPriceMinor, line.quantity);
  if (!fitsLine(othersMinor, line.unitPriceMinor, quantity)) return refuse(AMOUNT_TOO_LARGE);
  const { ticket } = context;
  const holdId = holdIdOf(state.cartId, number);
  return {
    events: [{ type: "QuantityChangeRequested", line: number, ticket }],
    messages: [
      toInventory(context.address.tenant, line.sku, {
        type: "PlaceHold",
        holdId,
        customer: state.customer,
        quantity,
        ...(turn === undefined ? {} : { turn }),
        ticket,
      }),
    ],
  };
}

function removeLine(state: CartState, number: number, context: Context): CartDecision {
  if (state.checkingOut !== null) return refuse(CHECKOUT_IN_PROGRESS);
  const line = state.lines.get(number);
  if (line === undefined) return refuse(lineNotFound(number));
  const holdId = holdIdOf(state.cartId, number);
  return {
    events: [{ type: "LineRemoved", line: number }],
    outcome: done({ line: number }),
    messages: [toInventory(context.address.tenant, line.sku, { type: "ReleaseHold", holdId })],
  };
}

function extendLine(state: CartState, number: number, context: Context): CartDecision {
  if (state.checkingOut !== null) return refuse(CHECKOUT_IN_PROGRESS);
  const line = state.lines.get(number);
  if (line === undefined) return refuse(lineNotFound(number));
  if (line.extended)
    return refuse({
      code: "already_extended",
      detail: "A hold can be extended only once.",
      field: "line",
    });
  const { ticket } = context;
  const holdId = holdIdOf(state.cartId, number);
  return {
    events: [],
    messages: [toInventory(context.address.tenant, line.sku, { type: "ExtendHold", holdId, ticket })],
  };
}
