import type { InventoryEvent, Sale, Turn } from "../../../actors/inventory/messages.ts";
import type { QueueEvent } from "../../../actors/queue/messages.ts";
import type { Check } from "../check.ts";
import type { Violation } from "../findings.ts";

/** What is kept of the queue of a sale until all shards are read. */
interface Numbers {
  issued: number;
  /** Whose each number is that somebody bought with: a fingerprint, since they may be very many. */
  readonly buyers: Map<number, number>;
  /** The hold with the highest number. */
  highest: { readonly number: number; readonly hold: Omit<Violation, "detail"> } | undefined;
}

/** The waiting rooms of sales. */
export const queues: Check = {
  name: "queues",
  sentence:
    "While a sale has a waiting room, every hold of its products is somebody's with a number of its queue, and no number is two customers'.",
  subject: "holds that needed a number",
  begin({ findings }) {
    const queuesBySale = new Map<string, Numbers>();
    let sales = new Map<string, Sale | null>();
    const numbersOf = (tenant: string, sale: string): Numbers => {
      const name = `${tenant}/${sale}`;
      const found = queuesBySale.get(name) ?? { issued: 0, buyers: new Map(), highest: undefined };
      queuesBySale.set(name, found);
      return found;
    };
    return {
      entry({ tenant, kind, id, events }, address, { shard, seq, body }) {
        if (kind === "queue") {
          for (const event of events as readonly QueueEvent[])
            if (event.type === "NumbersIssued") numbersOf(tenant, id).issued += event.count;
          return;
        }
        if (kind !== "inventory") return;
        for (const event of events as readonly InventoryEvent[]) {
          if (event.type === "ProductListed") sales.set(address, event.product.sale);
          else if (event.type === "SaleSet") sales.set(address, event.sale);
          const wish = grownHold(event);
          const sale = sales.get(address) ?? null;
          if (wish === undefined || sale?.waitingRoom !== true || body.atMs >= sale.endsAtMs) continue;
          findings.checked();
          const hold = { address, shard, seq };
          const detail = wayPast(wish, sale, numbersOf(tenant, sale.id), hold);
          if (detail !== undefined) findings.violation({ ...hold, detail });
        }
      },
      shardEnd() {
        sales = new Map();
      },
      end() {
        for (const [sale, { issued, highest }] of queuesBySale) {
          if (highest === undefined || highest.number < issued) continue;
          const detail = `number ${highest.number} of the queue of ${sale} has bought, which gave out ${issued}`;
          findings.violation({ ...highest.hold, detail });
        }
      },
    };
  },
};

/** A hold that began or grew. What grows says no more whose it is. */
interface GrownHold {
  readonly holdId: string;
  readonly customer: string | undefined;
  readonly turn: Turn | undefined;
}

function grownHold(event: InventoryEvent): GrownHold | undefined {
  if (event.type === "HoldPlaced")
    return { holdId: event.holdId, customer: event.customer, turn: event.turn };
  if (event.type === "HoldResized" && event.quantity > event.previousQuantity)
    return { holdId: event.holdId, customer: undefined, turn: event.turn };
  return undefined;
}

function wayPast(
  { holdId, customer, turn }: GrownHold,
  sale: Sale,
  numbers: Numbers,
  hold: Omit<Violation, "detail">,
): string | undefined {
  if (turn?.sale !== sale.id)
    return `hold ${holdId} begins or grows without a number of the queue of ${sale.id}`;
  const { number } = turn;
  if (number > (numbers.highest?.number ?? -1)) numbers.highest = { number, hold };
  if (customer === undefined) return undefined;
  const fingerprint = Bun.hash.crc32(customer);
  const buyer = numbers.buyers.get(number) ?? fingerprint;
  numbers.buyers.set(number, buyer);
  return buyer === fingerprint
    ? undefined
    : `hold ${holdId} has number ${number} of the queue of ${sale.id}, which is another customer's`;
}
