import type { CheckOutReply } from "../../../actors/cart/messages.ts";
import type { OrderView } from "../../../actors/order/messages.ts";
import type { KeyRecord } from "../../../engine/contract/segment.ts";
import type { Check } from "../check.ts";

/** A checkout that its shopper was told of. */
interface Acknowledged {
  readonly cart: string;
  readonly seq: number;
  readonly ticket: number;
  readonly reply: CheckOutReply;
}

/** What shoppers were told is true: carts and their orders share a shard, so this needs no other. */
export const checkouts: Check = {
  name: "checkouts",
  sentence: "Every acknowledged checkout is one confirmed order of that cart, with the total that was told.",
  subject: "checkouts",
  begin({ findings }) {
    let byOrder = new Map<string, Acknowledged>();
    return {
      entry(entry, address, { shard, seq }) {
        if (entry.kind !== "cart") return;
        for (const record of entry.keys) {
          const reply = checkOutReply(record);
          if (reply === undefined) continue;
          const order = `${entry.tenant}/order/${reply.orderId}`;
          const earlier = byOrder.get(order);
          if (earlier !== undefined && (earlier.cart !== address || earlier.ticket !== record.ticket)) {
            const detail = `two checkouts are told that they are ${order}: tickets ${earlier.ticket} and ${record.ticket}`;
            findings.violation({ address, shard, seq, detail });
          }
          byOrder.set(order, { cart: address, seq, ticket: record.ticket, reply });
        }
      },
      shardEnd(folded) {
        for (const [order, { cart, seq, reply }] of byOrder) {
          findings.checked();
          const actor = folded.find(order);
          const view = actor?.decider.view(actor.state) as OrderView | undefined;
          const blame = (detail: string): void =>
            findings.violation({ address: cart, shard: folded.shard, seq, detail });
          if (view === undefined) {
            blame(`${order} is acknowledged, but does not exist`);
          } else if (view.status !== "confirmed" && view.status !== "captured") {
            blame(`${order} is acknowledged, but is ${view.status}`);
          } else if (view.totalMinor !== reply.totalMinor || view.currency !== reply.currency) {
            const told = `${reply.totalMinor} ${reply.currency}`;
            blame(`${order} was told to cost ${told}, it costs ${view.totalMinor} ${view.currency}`);
          }
        }
        byOrder = new Map();
      },
    };
  },
};

/** The reply of a settled `CheckOut`; the other commands of a cart have no order in theirs. */
function checkOutReply({ outcome }: KeyRecord): CheckOutReply | undefined {
  if (outcome?.type !== "done") return undefined;
  const reply = outcome.reply as Partial<CheckOutReply> | null;
  return typeof reply?.orderId === "string" ? (reply as CheckOutReply) : undefined;
}
