import type { TabMemory } from "./tab-memory.ts";

/** A checkout that was sent and not answered yet. Sent again with the same key it has no second effect. */
export interface CheckoutAttempt {
  readonly key: string;
  readonly paymentToken: string;
  /** The cart that it is for. */
  readonly cart: string;
}

const NAME = "stampede.checkout";

/** Refusals after which nobody knows whether there is an order: the same key must be used again. */
const UNCERTAIN_CODES: ReadonlySet<string> = new Set([
  "outcome_unknown",
  "overloaded",
  "unavailable",
  "internal",
  "deadline_expired",
  "connection_closed",
]);

/** Whether a refused checkout may have had an effect, or may yet have one. */
export function isUncertain(problem: { readonly code: string }): boolean {
  return UNCERTAIN_CODES.has(problem.code);
}

/** Remembers an attempt over a reload of the page, until its answer is there. */
export function remember(memory: TabMemory, attempt: CheckoutAttempt): void {
  memory.setItem(NAME, JSON.stringify(attempt));
}

/** The attempt that has no answer yet. */
export function recall(memory: TabMemory): CheckoutAttempt | undefined {
  const text = memory.getItem(NAME);
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isAttempt(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The answer is there. */
export function forget(memory: TabMemory): void {
  memory.removeItem(NAME);
}

function isAttempt(value: unknown): value is CheckoutAttempt {
  if (typeof value !== "object" || value === null) return false;
  const { key, paymentToken, cart } = value as Record<keyof CheckoutAttempt, unknown>;
  return [key, paymentToken, cart].every((part) => typeof part === "string" && part !== "");
}
