import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Part } from "../state/part.ts";
import type { ShopLink } from "../state/shop-link.ts";
import type { Shop } from "../state/shop.ts";
import type { BuyingPart } from "./buying-part.tsx";

/** What of the page comes later. */
export interface Parts {
  readonly buying: Part<BuyingPart>;
}

/** The parts of a page, of which none is there yet. */
export function openParts(shop: Shop): Parts {
  return {
    buying: new Part(async () => (await import("./buying-part.tsx")).openBuyingPart(shop)),
  };
}

/** Has everything come once the page is live and the browser has nothing else to do. */
export function wantAtRest(link: ShopLink, parts: Parts): () => void {
  return link.follow(() => {
    const want = (): void => void parts.buying.want();
    // Not every browser tells when it has nothing to do.
    const later = globalThis.requestIdleCallback ?? setTimeout;
    later(want);
    return () => undefined;
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
