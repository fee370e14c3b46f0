import { affinityKey } from "../../engine/contract/address.ts";
import type { Replies } from "../../gateway/protocol/messages.ts";
import { emptyHistory, type History, type Operation } from "../history/history.ts";

/** An order that a shopper was told of: no more than it takes, since a crowd is told of thousands a second. */
export interface Acknowledgement {
  /** Key of the checkout. */
  readonly key: string;
  readonly reply: Replies["checkout"];
}

/** What a crowd was told, as the history of its checkouts. When they were begun and ended is not known. */
export function acknowledgedHistory(tenant: string, told: readonly Acknowledgement[]): History {
  const operations = told.map(({ key, reply }): Operation => {
    const cart = affinityKey(reply.orderId);
    return {
      client: cart,
      actor: `${tenant}/cart/${cart}`,
      operation: "CheckOut",
      key,
      fields: {},
      invokedAtMs: 0,
      endedAtMs: 0,
      ending: "ok",
      value: reply,
    };
  });
  return { ...emptyHistory, operations };
}
