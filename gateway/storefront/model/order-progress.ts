import type { OrderStatusView } from "../../protocol/views.ts";

/** One step of an order as the shopper sees it. */
export interface OrderStep {
  readonly name: string;
  readonly state: "done" | "current" | "ahead";
}

const STEPS = ["Stock set aside", "Payment authorised", "Yours", "Paid"] as const;

/** How far an order has come; all steps are ahead for one that was refused. */
export function orderSteps(status: OrderStatusView): readonly OrderStep[] {
  const reached = stepsDone(status);
  return STEPS.map((name, index) => ({ name, state: stateOf(index, reached, status) }));
}

/** What to say about an order. */
export function orderHeadline(status: OrderStatusView): string {
  switch (status) {
    case "securing":
      return "Setting your items aside…";
    case "authorising":
      return "Asking your bank…";
    case "selling":
      return "Almost there…";
    case "confirmed":
    case "captured":
      return "Thank you, it’s yours.";
    case "refused":
      return "This order did not go through.";
  }
}

/** What has become of an order, in a few words. */
export function orderOutcome(status: OrderStatusView): string {
  switch (status) {
    case "securing":
    case "authorising":
    case "selling":
      return "under way";
    case "confirmed":
    case "captured":
      return "confirmed";
    case "refused":
      return "did not go through";
  }
}

function stepsDone(status: OrderStatusView): number {
  switch (status) {
    case "securing":
    case "refused":
      return 0;
    case "authorising":
      return 1;
    case "selling":
      return 2;
    case "confirmed":
      return 3;
    case "captured":
      return 4;
  }
}

function stateOf(index: number, reached: number, status: OrderStatusView): OrderStep["state"] {
  if (index < reached) return "done";
  return index === reached && status !== "refused" ? "current" : "ahead";
}
