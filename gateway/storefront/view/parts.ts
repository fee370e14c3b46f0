import { effect } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Part } from "../state/part.ts";
import type { Shop } from "../state/shop.ts";
import type { BuyingPart } from "./buying-part.tsx";
import type { WaitingRoomPart } from "./waiting-room-part.tsx";

/** What of the page comes later. */
export interface Parts {
  readonly buying: Part<BuyingPart>;
  readonly waitingRoom: Part<WaitingRoomPart>;
}

/** The parts of a page, of which none is there yet. */
export function openParts(shop: Shop): Parts {
  return {
    buying: new Part(async () => (await import("./buying-part.tsx")).openBuyingPart(shop)),
    waitingRoom: new Part(async () => (await import("./waiting-room-part.tsx")).openWaitingRoomPart(shop)),
  };
}

/** Has come what will be wanted, once the page is live and the browser has nothing else to do. */
export function wantAtRest({ link, catalogue }: Shop, parts: Parts): () => void {
  return link.follow(() => {
    // Not every browser tells when it has nothing to do.
    const later = globalThis.requestIdleCallback ?? setTimeout;
    later(() => void parts.buying.want());
    return effect(() => {
      const isWaitedFor = catalogue.overview.value.some(({ sale }) => sale?.waitingRoom);
      if (isWaitedFor) later(() => void parts.waitingRoom.want());
    });
  });
}

/** The parts, for every view. */
export const PartsContext = createContext<Parts | null>(null);

/** What of the page comes later. */
export function useParts(): Parts {
  const parts = useContext(PartsContext);
  if (parts === null) throw new Error("a view is outside of the page");
  return parts;
}
