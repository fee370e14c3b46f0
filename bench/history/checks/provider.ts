import type { OrderView } from "../../../actors/order/messages.ts";
import type { Check } from "../../verify/check.ts";

/** A payment as its provider keeps it, with everything that took effect there. */
export interface ProviderPayment {
  readonly tenant: string;
  /** The id of the order that it is for. */
  readonly paymentKey: string;
  /** Money is set aside, or was captured since. */
  readonly isAuthorised: boolean;
  readonly isVoided: boolean;
  /** Captures that took effect. */
  readonly captures: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

/** The books of the payment provider, where it keeps its own. They are read when nothing is on its way any more. */
export function provider(payments: readonly ProviderPayment[]): Check {
  return {
    name: "provider",
    sentence:
      "The provider has one capture of the total for each bought order, and for no other; what else it set aside is free again.",
    subject: "payments",
    begin({ findings }) {
      const byOrder = new Map(payments.map((payment) => [addressOf(payment), payment]));
      findings.checked(payments.length);
      return {
        shardEnd(folded) {
          for (const [address, actor] of folded.ofKind("order")) {
            const payment = byOrder.get(address);
            byOrder.delete(address);
            const view = actor.decider.view(actor.state) as OrderView | undefined;
            const detail = view === undefined ? undefined : difference(payment, view);
            if (detail === undefined) continue;
            findings.violation({ address, shard: folded.shard, seq: actor.seq, detail });
          }
        },
        end() {
          for (const [address, { capturedMinor, refundedMinor }] of byOrder) {
            if (capturedMinor === refundedMinor) continue;
            const detail = `${capturedMinor} was captured for an order that the journal does not have`;
            findings.violation({ address, detail });
          }
        },
      };
    },
  };
}

function addressOf({ tenant, paymentKey }: ProviderPayment): string {
  return `${tenant}/order/${paymentKey}`;
}

function difference(payment: ProviderPayment | undefined, view: OrderView): string | undefined {
  const { status, totalMinor } = view;
  const bought = status === "captured" || status === "confirmed";
  if (payment === undefined) {
    return bought && totalMinor > 0 ? `the order is ${status}, the provider does not know it` : undefined;
  }
  return wrongCapture(payment, view, bought) ?? wrongRest(payment, view, bought);
}

function wrongCapture(payment: ProviderPayment, view: OrderView, bought: boolean): string | undefined {
  const { captures, capturedMinor, refundedMinor } = payment;
  const { status, totalMinor } = view;
  if (captures > 1) return `the provider captured ${captures} times`;
  if (captures === 0) {
    const isMissing = status === "captured" && totalMinor > 0;
    return isMissing ? "the order is captured, the provider never captured anything" : undefined;
  }
  if (capturedMinor !== totalMinor)
    return `the provider captured ${capturedMinor}, the order's total is ${totalMinor}`;
  const isKept = !bought && capturedMinor !== refundedMinor;
  return isKept ? `the provider captured ${capturedMinor}, but the order is ${status}` : undefined;
}

/** What was given back, and what is still set aside. */
function wrongRest(payment: ProviderPayment, view: OrderView, bought: boolean): string | undefined {
  const { captures, capturedMinor, refundedMinor, isAuthorised, isVoided } = payment;
  if (refundedMinor > capturedMinor || (bought && refundedMinor !== view.refundedMinor))
    return `the provider refunded ${refundedMinor}, the order says ${view.refundedMinor}`;
  if (view.status === "refused" && isAuthorised && !isVoided && captures === 0)
    return "the order is refused, but its money is still set aside";
  return undefined;
}
