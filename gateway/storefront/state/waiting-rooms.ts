import { computed, effect } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { HeldTicket } from "../model/held-tickets.ts";
import { queueWords, supplyOf } from "../model/queue-words.ts";
import type { Supply } from "../model/queue-words.ts";
import type { Shop } from "./shop.ts";
import { Tickets } from "./tickets.ts";
import type { TicketPlace } from "./tickets.ts";
import { WaitingRoom } from "./waiting-room.ts";

// The last unit may come and go many times a second: nobody wants to hear of each.
const QUIET_MS = 30_000;

/** The waiting rooms that the shopper looks at, or has a place in. */
export class WaitingRooms {
  readonly #shop: Shop;
  readonly #rooms = new Map<string, WaitingRoom>();
  /** By sale and product: who joins again for another product of the sale waits for that one. */
  readonly #leave = new Map<string, () => void>();
  readonly tickets: Tickets;
  /** Whether it is the shopper's turn, there is something to buy, and they have not come for it yet. */
  readonly isCalling: ReadonlySignal<boolean> = computed(() =>
    this.tickets.held.value.some(
      ({ sale, sku, isUsed }) =>
        isUsed !== true && this.isTurn(sale) && !this.#isInCart(sku) && this.supply(sku) === "there",
    ),
  );

  constructor(shop: Shop, place: TicketPlace) {
    this.#shop = shop;
    this.tickets = new Tickets(place, shop.link, shop.cart);
    // Wherever on the page the shopper is, and whatever else they look at.
    effect(() => this.#follow(this.tickets.held.value));
  }

  /** The waiting room of a sale. */
  of(sale: string): WaitingRoom {
    const { link, clock, notices } = this.#shop;
    const room =
      this.#rooms.get(sale) ?? new WaitingRoom(sale, { link, clock, notices, tickets: this.tickets });
    this.#rooms.set(sale, room);
    return room;
  }

  /**
   * Whether a product can be bought by whoever is let in, as far as that is known. Who has it in the cart can pay for it, whatever
   * becomes of the rest.
   */
  supply(sku: string): Supply {
    if (this.#isInCart(sku)) return "there";
    const live = this.#shop.stock.view(sku).value;
    return live === null ? "there" : supplyOf(live);
  }

  /** Whether the shopper has been let into a sale, and may still buy. */
  isTurn(sale: string): boolean {
    const hasPlace = this.tickets.held.value.some((held) => held.sale === sale);
    return hasPlace && this.of(sale).situation.value.type === "let_in";
  }

  #isInCart(sku: string): boolean {
    return this.#shop.cart.view.value?.lines.some((line) => line.sku === sku) ?? false;
  }

  #follow(held: readonly HeldTicket[]): void {
    const places = new Map(held.map((ticket) => [`${ticket.sale} ${ticket.sku}`, ticket]));
    for (const [place, leave] of this.#leave) {
      if (places.has(place)) continue;
      this.#leave.delete(place);
      leave();
    }
    for (const [place, ticket] of places)
      if (!this.#leave.has(place)) this.#leave.set(place, this.#announce(ticket));
  }

  /** Follows a queue in which the shopper has a place, and says what becomes of it. Returns what ends that. */
  #announce({ sale, sku, title }: HeldTicket): () => void {
    const room = this.of(sale);
    const leaveQueue = room.watch();
    const leaveStock = this.#shop.stock.watch(sku);
    let saidBefore = "";
    const saidAtMs = new Map<string, number>();
    const hush = effect(() => {
      const situation = room.situation.value;
      const words = queueWords(situation, this.supply(sku), room.step.value);
      const isOver = situation.type === "over";
      // It is read where another sale is on by then. Who was not there to wait for it needs not hear of it at all.
      const milestone = isOver ? `${title}: ${words.milestone}` : words.milestone;
      const isLate = isOver && saidBefore === "";
      const nowMs = this.#shop.clock.nowMs.value;
      const isRepeated = nowMs - (saidAtMs.get(milestone) ?? -Infinity) < QUIET_MS;
      if (milestone !== saidBefore && !isRepeated && !isLate) {
        saidBefore = milestone;
        saidAtMs.set(milestone, nowMs);
        if (milestone !== "") this.#shop.notices.say(milestone);
      }
      const isUsed = situation.type === "let_in" && this.#isInCart(sku);
      if (isUsed && room.ticket.value?.isUsed !== true) queueMicrotask(() => this.tickets.use(sale));
      // Of a sale that is over there is nothing to wait for, also when the page is opened again.
      if (isOver) queueMicrotask(() => this.tickets.drop(sale));
    });
    return () => {
      hush();
      leaveStock();
      leaveQueue();
    };
  }
}
