/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { HeldTicket } from "../model/held-tickets.ts";
import { shopLink } from "../model/catalogue-address.ts";
import { briefly } from "../model/queue-words.ts";
import type { WaitingRooms } from "../state/waiting-rooms.ts";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { TURN, useTitle } from "./use-title.ts";

/** The queues in which the shopper has a place, on whichever part of the page. */
export function QueueBar({ rooms }: { readonly rooms: WaitingRooms }): JSX.Element | null {
  const held = rooms.tickets.held.value;
  // Who waits is often at another tab.
  useTitle(TURN, rooms.isCalling.value ? "It is your turn" : undefined);
  if (held.length === 0) return null;
  return (
    <nav class="queue-bar" aria-label="Your queues">
      {held.map((ticket) => (
        <QueueLine key={ticket.sale} rooms={rooms} held={ticket} />
      ))}
    </nav>
  );
}

function QueueLine(props: { readonly rooms: WaitingRooms; readonly held: HeldTicket }): JSX.Element {
  const { catalogue } = useShop();
  const { sale, sku, title } = props.held;
  const room = props.rooms.of(sale);
  const situation = room.situation.value;
  const element = useRef<HTMLDivElement>(null);
  useKeptFocus(element, "main");
  return (
    <div class="queue-line" ref={element}>
      <a href={shopLink(catalogue.state.value.browse, sku)}>
        <b>{title}</b> <span>{briefly(situation, props.rooms.supply(sku), room.step.value)}</span>
      </a>
      {situation.type === "passed" && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Dismiss: ${title}`}
          onClick={() => props.rooms.tickets.drop(sale)}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
