import type { OrderView, PaymentRequest } from "../../../actors/order/messages.ts";
import { formatAddress } from "../../../engine/contract/address.ts";
import type { Check, CheckContext } from "../check.ts";
import type { FoldedActor, FoldedShard } from "../folded-shard.ts";

/** What an order asked the payment provider for. */
interface Ledger {
  captures: number;
  capturedMinor: number;
  refundedMinor: number;
  readonly refundKeys: Set<string>;
  /** The same refund was asked for under a number of its own. */
  doubleRefund: string | undefined;
}

/** Money: an order takes what it costs, once, and gives back no more. */
export const payments: Check = {
  name: "payments",
  sentence:
    "An order captures its total at most once and only when it is confirmed, and refunds no more than it captured.",
  subject: "orders",
  begin(context) {
    let ledgers = new Map<string, Ledger>();
    return {
      segment({ body }) {
        for (const call of body.called) {
          if (call.port !== "payment") continue;
          const address = formatAddress(call);
          const ledger = ledgers.get(address) ?? openLedger();
          ledgers.set(address, ledger);
          enter(ledger, call.request as PaymentRequest);
        }
      },
      shardEnd(folded) {
        for (const [address, ledger] of ledgers) checkLedger(context, folded, address, ledger);
        for (const [address, actor] of folded.ofKind("order")) {
          context.findings.checked();
          const view = viewOf(actor);
          if (view?.status !== "captured" || view.totalMinor === 0) continue;
          if ((ledgers.get(address)?.captures ?? 0) > 0) continue;
          const detail = "the order is captured, but no capture was ever asked for";
          context.findings.violation({ address, shard: folded.shard, seq: actor.seq, detail });
        }
        ledgers = new Map();
      },
    };
  },
};

function openLedger(): Ledger {
  return {
    captures: 0,
    capturedMinor: 0,
    refundedMinor: 0,
    refundKeys: new Set(),
    doubleRefund: undefined,
  };
}

function enter(ledger: Ledger, request: PaymentRequest): void {
  switch (request.type) {
    case "Authorise":
    case "Void":
      return;
    case "Capture":
      ledger.captures += 1;
      ledger.capturedMinor += request.amountMinor;
      return;
    case "Refund":
      if (ledger.refundKeys.has(request.refundKey)) ledger.doubleRefund = request.refundKey;
      ledger.refundKeys.add(request.refundKey);
      ledger.refundedMinor += request.amountMinor;
      return;
  }
}

function checkLedger(context: CheckContext, folded: FoldedShard, address: string, ledger: Ledger): void {
  const actor = folded.find(address);
  const view = actor === undefined ? undefined : viewOf(actor);
  const blame = (detail: string): void =>
    context.findings.violation({ address, shard: folded.shard, seq: actor?.seq ?? 0, detail });
  if (actor?.broken === true) return;
  if (ledger.captures > 1) blame(`the payment is captured ${ledger.captures} times`);
  if (ledger.doubleRefund !== undefined) blame(`refund ${ledger.doubleRefund} is asked for twice`);
  if (ledger.refundedMinor > ledger.capturedMinor) {
    blame(`${ledger.refundedMinor} is refunded of ${ledger.capturedMinor} captured (minor units)`);
  }
  if (ledger.captures === 0) return;
  if (view === undefined) {
    blame("a payment is captured for an order that does not exist");
    return;
  }
  if (view.status !== "confirmed" && view.status !== "captured") {
    blame(`a payment is captured, but the order is ${view.status}`);
  }
  if (ledger.captures === 1 && ledger.capturedMinor !== view.totalMinor) {
    blame(`${ledger.capturedMinor} is captured, the order's total is ${view.totalMinor} (minor units)`);
  }
}

function viewOf(actor: FoldedActor): OrderView | undefined {
  return actor.decider.view(actor.state) as OrderView | undefined;
}
