import { useComputed } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RefObject } from "preact";
import type { CatalogueEntryView } from "../../protocol/views.ts";
import { offerIn, salePhase } from "../model/offer.ts";
import type { Offer, SalePhase } from "../model/offer.ts";
import { useShop } from "./shop-context.ts";

/** A product as it is now: what the catalogue said, overlaid with what is live. */
export interface LiveProduct {
  readonly entry: CatalogueEntryView;
  readonly phase: SalePhase;
  readonly offer: Offer;
}

// A little ahead of the edge, so that figures are live before they are seen.
const MARGIN = "200px";

/** The product as it is now. Changes of the time alone matter only when a sale begins or ends. */
export function useProduct(listed: CatalogueEntryView): LiveProduct {
  const { stock, clock } = useShop();
  const entry = stock.now(listed);
  const phase = useComputed(() => salePhase(stock.now(listed).sale, clock.nowMs.value)).value;
  return { entry, phase, offer: offerIn(phase, entry) };
}

/** Keeps a product live for as long as `element` is in sight. */
export function useLiveInSight(element: RefObject<Element | null>, sku: string): void {
  const { stock } = useShop();
  useEffect(() => {
    if (element.current === null) return undefined;
    let leave: (() => void) | undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const isInSight = entries.at(-1)?.isIntersecting ?? false;
        if (isInSight) leave ??= stock.watch(sku);
        else {
          leave?.();
          leave = undefined;
        }
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      leave?.();
    };
  }, [stock, sku]);
}

/** How many units of a product are in the cart. */
export function useUnitsInCart(sku: string): ReadonlySignal<number> {
  const { cart } = useShop();
  return useComputed(() => cart.units(sku));
}
