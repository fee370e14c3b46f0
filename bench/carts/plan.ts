import { newRunId } from "../shelves/run-id.ts";

/** What a shop full of abandoned carts is made of. */
export interface CartsPlan {
  /** Names this run's products (`bench-RUNID-1`, …) and carts (`bench-RUNID-cart-1`, …). */
  readonly runId: string;
  /** Carts to be made, each with one line and so with one hold. */
  readonly carts: number;
  /** Products that the carts are filled with, in turns. */
  readonly skus: number;
  /** Time after the last cart before memory is looked at once more, seconds. */
  readonly quietSeconds: number;
}

/** Commands of one connection without an answer; a gateway refuses more than 256. */
export const COMMANDS_IN_FLIGHT_MAX = 200;

/** A plan with a name that no other run has. */
export function cartsPlan(carts: number, skus: number, nowMs: number, quietSeconds = 0): CartsPlan {
  return { runId: newRunId(nowMs), carts, skus, quietSeconds };
}

/** The id of a run's cart, counted from 1. */
export function cartId({ runId }: Pick<CartsPlan, "runId">, number: number): string {
  return `bench-${runId}-cart-${number}`;
}
