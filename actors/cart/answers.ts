import type { Context, Decision } from "../../engine/contract/decider.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import { done, refused } from "../../engine/contract/outcome.ts";
import { limits } from "../limits.ts";
import { lineOfHold, toInventory } from "../mail.ts";
import { fitsLine, lineAmountMinor } from "../money/amount.ts";
import type { AddLineReply, CartEvent, ExtensionAnswered, HoldAnswered } from "./messages.ts";
import { AMOUNT_TOO_LARGE, CART_FULL, lineNotFound } from "./refusals.ts";
import type { CartState, Line } from "./state.ts";

type CartDecision = Decision<CartEvent>;
type Held = Extract<HoldAnswered["answer"], { type: "held" }>;

/** Inventory's answer to a new line or to a change of quantity: takes it up and settles the shopper's command. */
export function answerHold(state: CartState, command: HoldAnswered, context: Context): CartDecision {
  const { answer, holdId, ticket } = command;
  const number = lineOfHold(holdId);
  const line = state.lines.get(number);
  if (answer.type === "refused") return refuseHold(line, answer.refusal, ticket);
  // The ticket of `AddLine` is the line's number; any other belongs to a change of a line that was there once.
  const isNew = ticket === number;
  const refusal = isNew ? newLineRefusal(state, answer) : changeRefusal(state, line, number, answer);
  if (refusal !== undefined) return giveHoldBack(line, command, answer, refusal, context);
  const { sku, quantity, unitPriceMinor, currency, expiresAtMs: holdExpiresAtMs } = answer;
  const reply: AddLineReply = { line: number, sku, quantity, unitPriceMinor, currency, holdExpiresAtMs };
  return {
    events: [isNew ? lineHeld(number, answer) : quantityChanged(number, ticket, answer)],
    settled: [{ ticket, outcome: done(reply) }],
  };
}

/** Inventory's answer to an extension: takes it up and settles the shopper's command. */
export function answerExtension(state: CartState, command: ExtensionAnswered): CartDecision {
  const { answer, ticket } = command;
  const line = lineOfHold(command.holdId);
  if (answer.type === "refused")
    return { events: [], settled: [{ ticket, outcome: refused(answer.refusal) }] };
  if (!state.lines.has(line))
    return { events: [], settled: [{ ticket, outcome: refused(lineNotFound(line)) }] };
  const holdExpiresAtMs = answer.expiresAtMs;
  return {
    events: [{ type: "LineExtended", line, holdExpiresAtMs }],
    settled: [{ ticket, outcome: done({ line, holdExpiresAtMs }) }],
  };
}

function refuseHold(line: Line | undefined, refusal: Refusal, ticket: number): CartDecision {
  return {
    events: line === undefined ? [] : [{ type: "QuantityChangeRefused", line: line.line, ticket }],
    settled: [{ ticket, outcome: refused(refusal) }],
  };
}

// What was checked when the line was asked for may have changed since: other lines were on their way as well.
function newLineRefusal(state: CartState, answer: Held): Refusal | undefined {
  if (state.lines.size >= limits.linesPerCartMax) return CART_FULL;
  if (state.currency !== null && state.currency !== answer.currency)
    return {
      code: "mixed_currency",
      detail: `The cart is in ${state.currency}, but ${answer.sku} is sold in ${answer.currency}.`,
      field: "sku",
      values: { sku: answer.sku, productCurrency: answer.currency, cartCurrency: state.currency },
    };
  return amountRefusal(state.totalMinor, answer);
}

function changeRefusal(
  state: CartState,
  line: Line | undefined,
  number: number,
  answer: Held,
): Refusal | undefined {
  if (line === undefined) return lineNotFound(number);
  return amountRefusal(state.totalMinor - lineAmountMinor(line.unitPriceMinor, line.quantity), answer);
}

function amountRefusal(othersMinor: number, answer: Held): Refusal | undefined {
  return fitsLine(othersMinor, answer.unitPriceMinor, answer.quantity) ? undefined : AMOUNT_TOO_LARGE;
}

/** Inventory has set stock aside that the cart cannot take (any more): the hold ends, and with it the line. */
function giveHoldBack(
  line: Line | undefined,
  command: HoldAnswered,
  answer: Held,
  refusal: Refusal,
  context: Context,
): CartDecision {
  return {
    events: line === undefined ? [] : [{ type: "LineRemoved", line: line.line }],
    settled: [{ ticket: command.ticket, outcome: refused(refusal) }],
    messages: [
      toInventory(context.address.tenant, answer.sku, { type: "ReleaseHold", holdId: command.holdId }),
    ],
  };
}

function lineHeld(line: number, answer: Held): CartEvent {
  const { sku, title, quantity, unitPriceMinor, currency, taxBasisPoints, expiresAtMs } = answer;
  return {
    type: "LineHeld",
    line,
    sku,
    title,
    quantity,
    unitPriceMinor,
    currency,
    taxBasisPoints,
    holdExpiresAtMs: expiresAtMs,
  };
}

function quantityChanged(line: number, ticket: number, answer: Held): CartEvent {
  const { quantity, unitPriceMinor, expiresAtMs } = answer;
  return { type: "QuantityChanged", line, ticket, quantity, unitPriceMinor, holdExpiresAtMs: expiresAtMs };
}
