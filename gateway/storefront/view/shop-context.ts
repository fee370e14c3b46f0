import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Shop } from "../state/shop.ts";

/** The shop, for every part of the page. */
export const ShopContext = createContext<Shop | null>(null);

/** The shop that the page shows. */
export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (shop === null) throw new Error("a part of the page is outside of the shop");
  return shop;
}
