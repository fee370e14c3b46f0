import type { Decision } from "../engine/contract/decider.ts";
import type { Refusal } from "../engine/contract/outcome.ts";
import { refused } from "../engine/contract/outcome.ts";

/** The decision that changes and answers nothing. */
export const nothing: Decision<never> = { events: [] };

/** The decision that only refuses the command. */
export function refuse(refusal: Refusal): Decision<never> {
  return { events: [], outcome: refused(refusal) };
}

/** The refusal of a quantity that is not a whole number within the limits. */
export function invalidQuantity(quantity: number, quantityMax: number): Refusal {
  return {
    code: "invalid_quantity",
    detail: `The quantity must be a whole number from 1 to ${quantityMax}, not ${quantity}.`,
    field: "quantity",
    values: { quantity, limit: quantityMax },
  };
}
