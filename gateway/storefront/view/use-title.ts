import { useLayoutEffect } from "preact/hooks";
import { pageTitle } from "../model/browse-title.ts";
import { useShop } from "./shop-context.ts";

/** What is shown has a name; what lies over it goes before, and before that what the shopper is waited for. */
export const PAGE = 0;
export const OVER_PAGE = 1;
export const TURN = 2;

const names: (string | undefined)[] = [];

/** Names the page, in its tab and for screen readers, for as long as the caller is shown. */
export function useTitle(
  level: typeof PAGE | typeof OVER_PAGE | typeof TURN,
  name: string | undefined,
): void {
  const shop = useShop().name;
  useLayoutEffect(() => {
    tell(shop, level, name);
    return () => tell(shop, level, undefined);
  }, [shop, level, name]);
}

function tell(shop: string, level: number, name: string | undefined): void {
  names[level] = name;
  document.title = pageTitle(shop, names[TURN] ?? names[OVER_PAGE] ?? names[PAGE]);
}
