import type { OrderView } from "../../actors/order/messages.ts";
import { orderDecider } from "../../actors/order/order.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { shopDeciders } from "../../actors/shop.ts";
import type { Address } from "../../engine/contract/address.ts";
import type { KeyRecord } from "../../engine/contract/segment.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import { ActorHistory, type HistoryStep } from "../../engine/operator/actor-history.ts";
import { Inbox } from "../../engine/operator/inbox.ts";
import { shardOf } from "../../engine/routing/shard-hash.ts";
import { UpcastingJournal } from "../../engine/upcasting/upcasting-journal.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { findOrder } from "../../persistence/postgres/orders.ts";
import type { ShopDatabase } from "../cli/shop-database.ts";
import { lastSegmentBefore } from "./segments-since.ts";

/** What the journal says of one order: nothing of it is late. */
export interface OrderHistory {
  readonly address: Address;
  readonly view: OrderView;
  readonly state: OrderState;
  /** What happened, in order. */
  readonly steps: readonly HistoryStep[];
  /** Keys of commands that the order remembers. */
  readonly keys: readonly KeyRecord[];
}

/** The shop's journal, in the shapes of this release. Whoever opens it closes it. */
export function shopJournal({ database }: ShopDatabase): UpcastingJournal {
  const deciders = new Map(shopDeciders.map((decider) => [decider.kind, decider]));
  return new UpcastingJournal(postgresJournal(database), deciders);
}

/**
 * Reads and folds one order.
 * @throws when there is none, or its history cannot be folded.
 */
export async function readOrderHistory(shop: ShopDatabase, address: Address): Promise<OrderHistory> {
  const journal = shopJournal(shop);
  try {
    const shard = shardOf(address, shop.shardCount);
    const history = new ActorHistory({
      address,
      decider: orderDecider,
      shard,
      settledKeysMax: defaultLaneLimits.keysPerActorMax,
      snapshot: undefined,
      inbox: new Inbox(address),
    });
    const steps: HistoryStep[] = [];
    for await (const page of journal.read(shard, await segmentBefore(shop, journal, address, shard)))
      steps.push(...page.flatMap((segment) => history.take(segment) ?? []));
    const { view, state, keys, broken } = history.end();
    if (broken !== undefined)
      throw new Error(
        `the history of order ${address.id} cannot be read past segment ${broken.seq}: ${broken.reason}`,
      );
    // An order that was asked for before it was placed has a history, but nothing to see.
    if (view === null || state === undefined)
      throw new Error(`there is no order ${address.id} (ids are case-sensitive)`);
    return {
      address,
      view: view as unknown as OrderView,
      state: orderDecider.fromSnapshot(state, address),
      steps,
      keys,
    };
  } finally {
    await journal.close();
  }
}

/** The segment behind which the order begins: by the tables for queries, or 0 where they do not have it yet. */
async function segmentBefore(
  { database }: ShopDatabase,
  journal: UpcastingJournal,
  { tenant, id }: Address,
  shard: number,
): Promise<number> {
  const known = await findOrder(database, tenant, id);
  const headSeq = new Map(await journal.heads()).get(shard);
  if (known === undefined || headSeq === undefined) return 0;
  return lastSegmentBefore(journal, shard, { headSeq, sinceMs: known.placedAtMs });
}
