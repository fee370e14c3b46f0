import { kinds } from "../../actors/mail.ts";
import type { Turn } from "../../actors/inventory/messages.ts";
import { parseActorId, type Tenant } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Refusal } from "../../engine/contract/outcome.ts";
import type { NumberInQueue, QueueTickets } from "../auth/queue-tickets.ts";
import type { Operations, Problem } from "../protocol/messages.ts";
import { problem, problemOf } from "../protocol/problems.ts";
import { standingOf, wasLetIn } from "../protocol/queue-standing.ts";
import type { QueueView } from "../protocol/views.ts";
import { type CommandResult, resultOf } from "../server/command-result.ts";
import type { Counters } from "../server/counters.ts";
import { SaleQueue, type KnownQueue, type SaleQueueOptions } from "./sale-queue.ts";

/** What the queues of a gateway thread work with. */
export interface QueuesOptions extends Omit<SaleQueueOptions, "address"> {
  readonly tenant: Tenant;
  readonly tickets: QueueTickets;
  readonly counters: Counters;
  /** Most queues that are known at a time. */
  readonly queuesMax: number;
}

/**
 * What a ticket is good for: the turn of whoever shows it, or why it is none. A turn that is not now is `barred`: it goes to the
 * actor all the same, who knows whether the command was carried out when it was.
 */
export type FoundTurn =
  | { readonly type: "turn"; readonly turn: Turn; readonly barred: Refusal | undefined }
  | { readonly type: "refused"; readonly problem: Problem };

const BUSY_RETRY_MS = 1_000;

/** The waiting rooms of the shop's sales, as one gateway thread keeps them: gives out tickets, and knows whose turn has come. */
export class Queues {
  readonly #options: QueuesOptions;
  readonly #known = new Map<string, SaleQueue>();

  constructor(options: QueuesOptions) {
    this.#options = options;
  }

  /** Gives the customer a number in the queue, or the one that the ticket shows, or that was given here before. */
  join(
    { sale, ticket }: Operations["queue.join"],
    customer: string,
    settle: (result: CommandResult) => void,
  ): void {
    const { tickets, counters, clock } = this.#options;
    const shown = ticket === undefined ? undefined : tickets.read(ticket, customer);
    if (ticket !== undefined && shown?.sale !== sale) return settle({ ok: false, problem: invalidTicket() });
    const settleNumber = (number: number): void => {
      const place: NumberInQueue = { sale, number };
      settle({ ok: true, value: { ...place, ticket: tickets.sign(customer, place) } });
    };
    this.#use(sale, settle, (queue, view) => {
      // An old ticket may be shown by who has another number by now, in a second tab.
      const number = [shown?.number, queue.numberOf(customer)].find(
        (known) => known !== undefined && standingOf(view, known, clock.nowMs()).type !== "passed",
      );
      if (number !== undefined) {
        counters.add("queue", "kept");
        return settleNumber(number);
      }
      queue.issue(customer, (issued) => {
        if (issued.type !== "number") return settle(resultOf(issued));
        counters.add("queue", "joined");
        settleNumber(issued.number);
      });
    });
  }

  /** Finds out whether the customer with that ticket may buy now. Calls `found` once, at once when the queue is known here. */
  turnOf(ticket: string, customer: string, found: (turn: FoundTurn) => void): void {
    const { tickets, counters, clock } = this.#options;
    const turn = tickets.read(ticket, customer);
    if (turn === undefined) return found({ type: "refused", problem: invalidTicket() });
    const refuse = (result: CommandResult): void => {
      if (!result.ok) found({ type: "refused", problem: result.problem });
    };
    this.#use(turn.sale, refuse, (queue, view) => {
      const barred = barOf(view, turn, clock.nowMs());
      if (barred === undefined && queue.enter(turn.number)) counters.add("queue", "let_in");
      found({ type: "turn", turn, barred });
    });
  }

  close(): void {
    for (const queue of this.#known.values()) queue.close();
    this.#known.clear();
  }

  #use(
    sale: string,
    refuse: (result: CommandResult) => void,
    use: (queue: SaleQueue, view: QueueView) => void,
  ): void {
    const queue = this.#known.get(sale) ?? this.#open(sale);
    if (queue === undefined) return refuse({ ok: false, problem: tooManyQueues() });
    queue.whenKnown((view: KnownQueue) => {
      if (view !== undefined && view !== null) return use(queue, view);
      // Names that somebody has invented take no room, and what nobody answers for is asked for anew.
      if (this.#known.get(sale) === queue) this.#forget(sale, queue);
      refuse({ ok: false, problem: view === null ? problemOf(queueNotFound(sale)) : unavailable() });
    });
  }

  #open(sale: string): SaleQueue | undefined {
    const { queuesMax, tenant, clock } = this.#options;
    const nowMs = clock.nowMs();
    if (this.#known.size >= queuesMax)
      for (const [name, queue] of this.#known) if (queue.isOver(nowMs)) this.#forget(name, queue);
    if (this.#known.size >= queuesMax) return undefined;
    const id = parseActorId(sale);
    assert(id !== undefined, "names of sales are checked before they become addresses");
    const queue = new SaleQueue({ ...this.#options, address: { tenant, kind: kinds.queue, id } });
    this.#known.set(sale, queue);
    return queue;
  }

  #forget(sale: string, queue: SaleQueue): void {
    this.#known.delete(sale);
    queue.close();
  }
}

/** Why the place cannot buy now; undefined when it can. */
function barOf(view: QueueView, { sale, number }: NumberInQueue, nowMs: number): Refusal | undefined {
  switch (standingOf(view, number, nowMs).type) {
    case "gathering":
    case "waiting": {
      const detail = `The queue of the sale ${sale} has not come to this ticket yet.`;
      return { code: "waiting_room", detail, field: "ticket", values: { sale } };
    }
    case "passed": {
      const detail = `The time to buy of this ticket is over; join the queue of the sale ${sale} again.`;
      return { code: "turn_passed", detail, field: "ticket", values: { sale } };
    }
    case "over": {
      // A product may be in the sale for longer than its queue: that is for those who were let in.
      if (wasLetIn(view, number)) return undefined;
      const detail = `The queue of the sale ${sale} has ended before it came to this ticket; buy without it.`;
      return { code: "queue_closed", detail, field: "ticket", values: { sale } };
    }
    case "let_in":
      return undefined;
  }
}

function invalidTicket(): Problem {
  return problem("invalid_ticket", "The ticket is not one of this shopper in this queue.", {
    field: "ticket",
  });
}

/** The refusal of a sale that has no queue; the same as the queue's own. */
export function queueNotFound(sale = ""): Refusal {
  const detail = `The sale ${sale} has no waiting room.`;
  return { code: "queue_not_found", detail, field: "sale", values: { sale } };
}

function tooManyQueues(): Problem {
  return problem("overloaded", "The gateway keeps as many queues as it can.", {
    retryAfterMs: BUSY_RETRY_MS,
  });
}

function unavailable(): Problem {
  return problem("unavailable", "The queue is not available at the moment; ask again.", {
    retryAfterMs: BUSY_RETRY_MS,
  });
}
