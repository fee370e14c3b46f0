import { effect, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { dropTicket, heldTickets, holdTicket, TICKETS, markUsed } from "../model/held-tickets.ts";
import type { HeldTicket } from "../model/held-tickets.ts";
import { tabMemory } from "../model/tab-memory.ts";
import type { TabMemory } from "../model/tab-memory.ts";
import type { Cart } from "./cart.ts";
import type { ShopLink } from "./shop-link.ts";

/** What is used of a browser's window. */
export type TicketPlace = Pick<Window, "localStorage"> & {
  addEventListener(type: "storage", listener: (event: Pick<StorageEvent, "key">) => void): void;
};

/** The shopper's places in queues: over reloads and in all tabs, as the session is; where the browser keeps nothing, for this tab. */
export class Tickets {
  readonly #memory: TabMemory;
  readonly #held = signal<readonly HeldTicket[]>([]);
  #customer: string | undefined;

  constructor(place: TicketPlace, link: ShopLink, cart: Cart) {
    this.#memory = tabMemory(() => place.localStorage);
    place.addEventListener("storage", ({ key }) => {
      // No name: everything was cleared.
      if (key === TICKETS || key === null) this.#read();
    });
    link.follow((client) => {
      const recognise = (): void => {
        this.#customer = client.session.customer;
        this.#read();
      };
      recognise();
      // A connection that comes back may have another session.
      return client.onStatus(({ type }) => type === "open" && recognise());
    });
    // Whatever adds to the cart shows them.
    effect(() => {
      cart.tickets = new Map(this.#held.value.map(({ sale, ticket }) => [sale, ticket]));
    });
  }

  /** The tickets of this shopper, the oldest first. */
  get held(): ReadonlySignal<readonly HeldTicket[]> {
    return this.#held;
  }

  hold(ticket: HeldTicket): void {
    holdTicket(this.#memory, ticket);
    this.#read();
  }

  /** The shopper has come for their turn in a sale. */
  use(sale: string): void {
    markUsed(this.#memory, sale);
    this.#read();
  }

  drop(sale: string): void {
    dropTicket(this.#memory, sale);
    this.#read();
  }

  #read(): void {
    this.#held.value = heldTickets(this.#memory).filter(({ customer }) => customer === this.#customer);
  }
}
