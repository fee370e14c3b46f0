/** @jsxImportSource preact */
import type { ComponentType } from "preact";
import type { Shop } from "../state/shop.ts";
import { WaitingRooms } from "../state/waiting-rooms.ts";
import { QueueBar } from "./queue-bar.tsx";
import { QueuePanel } from "./queue-panel.tsx";
import type { LiveProduct } from "./use-product.ts";

/** What of the page comes with the waiting rooms of sales. */
export interface WaitingRoomPart {
  readonly QueuePanel: ComponentType<{ readonly product: LiveProduct }>;
  readonly QueueBar: ComponentType;
  /** Whether the shopper may buy in a sale now; views that ask are drawn again when that changes. */
  readonly isTurn: (sale: string) => boolean;
}

/** Opens the part of the page in which shoppers wait. */
export function openWaitingRoomPart(shop: Shop): WaitingRoomPart {
  const rooms = new WaitingRooms(shop, window);
  return {
    QueuePanel: ({ product }) => <QueuePanel rooms={rooms} product={product} />,
    QueueBar: () => <QueueBar rooms={rooms} />,
    isTurn: (sale) => rooms.isTurn(sale),
  };
}
