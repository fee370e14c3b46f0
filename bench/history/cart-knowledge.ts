import type { AddLineReply, CartEvent } from "../../actors/cart/messages.ts";
import type { OrderView, OrderViewLine } from "../../actors/order/messages.ts";
import type { Operation } from "./history.ts";

/** What a cart's client knows of its lines, against which its orders are held. */
export class CartKnowledge {
  /** Whether the history has the lines at all; a load generator may leave them out. */
  #hasLines = false;
  /** Answers to additions and changes, by line. */
  readonly #told = new Map<number, Operation[]>();
  /** Additions and changes without an answer. */
  readonly #unanswered: Operation[] = [];
  /** Lines that the client has asked to take out, or may have. */
  readonly #removed = new Set<number>();
  /** Lines that ended without an order, and lines that were bought. */
  readonly #gone = new Set<number>();
  readonly #bought = new Set<number>();
  #lastCheckOutMs = Number.NEGATIVE_INFINITY;

  /** By cart, `tenant/cart/id`. */
  static of(operations: readonly Operation[]): ReadonlyMap<string, CartKnowledge> {
    const carts = new Map<string, CartKnowledge>();
    for (const operation of operations) {
      if (operation.actor.split("/")[1] !== "cart") continue;
      const cart = carts.get(operation.actor) ?? new CartKnowledge();
      carts.set(operation.actor, cart);
      cart.#learn(operation);
    }
    return carts;
  }

  /** Takes in what the journal says about the cart's lines. */
  follow(event: CartEvent): void {
    if (event.type === "LineExpired" || event.type === "LineRemoved") this.#gone.add(event.line);
    else if (event.type === "CheckOutRefused") for (const line of event.removedLines) this.#gone.add(line);
  }

  bought({ lines }: OrderView): void {
    for (const { line } of lines) this.#bought.add(line);
  }

  /** What an ordered line is that its client did not ask for; undefined when it is as the client knows it. */
  unlike(ordered: OrderViewLine, checkOut: Operation): string | undefined {
    if (!this.#hasLines) return undefined;
    const told = this.#told.get(ordered.line) ?? [];
    if (told.some((answer) => isSame(answer, ordered) && !isSuperseded(answer, told, checkOut)))
      return undefined;
    if (this.#unanswered.some((operation) => couldBe(operation, ordered))) return undefined;
    const { line, sku, quantity, unitPriceMinor } = ordered;
    return `line ${line}, ${quantity} × ${sku} at ${unitPriceMinor}, is not what its client was told`;
  }

  /** Lines that their client was told of before it was told of a later order, and that no order has. */
  *leftOut(): Iterable<string> {
    for (const [line, told] of this.#told) {
      if (this.#gone.has(line) || this.#removed.has(line) || this.#bought.has(line)) continue;
      if (told.every(({ endedAtMs }) => (endedAtMs ?? 0) >= this.#lastCheckOutMs)) continue;
      yield `line ${line} was in the cart when it was checked out, but no order has it`;
    }
  }

  #learn(operation: Operation): void {
    const { ending, value, fields, invokedAtMs } = operation;
    switch (operation.operation) {
      case "AddLine":
      case "ChangeQuantity":
        this.#hasLines = true;
        if (ending === "unknown") this.#unanswered.push(operation);
        if (ending === "ok") this.#keep((value as AddLineReply).line, operation);
        return;
      case "RemoveLine":
        if (ending !== "refused") this.#removed.add(Number(fields["line"]));
        return;
      case "CheckOut":
        if (ending === "ok") this.#lastCheckOutMs = Math.max(this.#lastCheckOutMs, invokedAtMs);
        return;
    }
  }

  #keep(line: number, operation: Operation): void {
    const told = this.#told.get(line);
    if (told === undefined) this.#told.set(line, [operation]);
    else told.push(operation);
  }
}

function isSame({ value }: Operation, ordered: OrderViewLine): boolean {
  const { sku, quantity, unitPriceMinor } = value as AddLineReply;
  return sku === ordered.sku && quantity === ordered.quantity && unitPriceMinor === ordered.unitPriceMinor;
}

/** Whether a later change was over before the checkout began. */
function isSuperseded(answer: Operation, told: readonly Operation[], checkOut: Operation): boolean {
  const endedAtMs = answer.endedAtMs ?? Number.POSITIVE_INFINITY;
  return told.some(
    (other) =>
      other.invokedAtMs > endedAtMs && (other.endedAtMs ?? Number.POSITIVE_INFINITY) < checkOut.invokedAtMs,
  );
}

/** Whether an operation of unknown fate may have made the line what it is. */
function couldBe({ operation, fields }: Operation, ordered: OrderViewLine): boolean {
  if (fields["quantity"] !== ordered.quantity) return false;
  return operation === "AddLine" ? fields["sku"] === ordered.sku : fields["line"] === ordered.line;
}
