import { computed, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { CatalogueEntryView, QueueView } from "../../protocol/views.ts";
import type { HeldTicket } from "../model/held-tickets.ts";
import { situationOf, waitMsOf } from "../model/queue-situation.ts";
import type { QueueSituation } from "../model/queue-situation.ts";
import { steadyWaitStep } from "../model/queue-wait.ts";
import { refusalText } from "../model/refusal-text.ts";
import type { Notices } from "./notices.ts";
import type { ShopClock } from "./shop-clock.ts";
import type { ShopLink } from "./shop-link.ts";
import type { Tickets } from "./tickets.ts";

/** What a waiting room works with. */
export interface WaitingRoomParts {
  readonly link: ShopLink;
  readonly clock: ShopClock;
  readonly notices: Notices;
  readonly tickets: Tickets;
}

// Waits for another ticket once: what the shop does not take as one is not shown to it again.
const NO_TICKET = "invalid_ticket";

/** The waiting room of one sale, as the shopper finds it. */
export class WaitingRoom {
  readonly #parts: WaitingRoomParts;
  readonly #sale: string;
  readonly #queue = signal<QueueView | null | undefined>(undefined);
  readonly #isJoining = signal(false);
  #toldStep: number | undefined;

  /** The shopper's place; undefined for none. */
  readonly ticket: ReadonlySignal<HeldTicket | undefined>;
  readonly situation: ReadonlySignal<QueueSituation>;
  /** How long the wait is, as it is told; undefined where nobody is let in, or nobody knows. */
  readonly step: ReadonlySignal<number | undefined>;

  constructor(sale: string, parts: WaitingRoomParts) {
    this.#parts = parts;
    this.#sale = sale;
    const { tickets, clock } = parts;
    this.ticket = computed(() => tickets.held.value.find((held) => held.sale === sale));
    this.situation = computed(() =>
      situationOf(this.#queue.value, this.ticket.value?.number, clock.nowMs.value),
    );
    this.step = computed(() => {
      const waitMs = waitMsOf(this.situation.value, clock.nowMs.value);
      this.#toldStep = waitMs === null ? undefined : steadyWaitStep(waitMs, this.#toldStep);
      return this.#toldStep;
    });
  }

  /** Whether the shop is being asked for a place. */
  get isJoining(): ReadonlySignal<boolean> {
    return this.#isJoining;
  }

  /** Keeps what is known of the queue live until the returned function is called. */
  watch(): () => void {
    return this.#parts.link.follow((client) =>
      client.subscribe(
        `queue/${this.#sale}`,
        (queue) => (this.#queue.value = queue),
        () => (this.#queue.value = null),
      ),
    );
  }

  /** Joins the queue for a product, at its end; whoever has a place keeps it. */
  async join({ sku, title }: Pick<CatalogueEntryView, "sku" | "title">): Promise<void> {
    if (this.#isJoining.value) return;
    this.#isJoining.value = true;
    const { link, notices, tickets } = this.#parts;
    const sale = this.#sale;
    const client = await link.client;
    const held = this.ticket.peek();
    let result = await client.joinQueue({ sale, ...(held && { ticket: held.ticket }) });
    if (!result.ok && result.problem.code === NO_TICKET) result = await client.joinQueue({ sale });
    this.#isJoining.value = false;
    if (!result.ok) return notices.refuse(refusalText(result.problem), result.problem.code);
    const { number, ticket } = result.value;
    tickets.hold({ sale, number, ticket, customer: client.session.customer, sku, title });
  }
}
