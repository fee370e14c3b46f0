import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Buying } from "../state/buying.ts";

/** What shoppers do with the cart, for every view that comes with it. */
export const BuyingContext = createContext<Buying | null>(null);

/** What the shopper does with the cart. */
export function useBuying(): Buying {
  const buying = useContext(BuyingContext);
  if (buying === null) throw new Error("a view of the cart is outside of the part that it comes with");
  return buying;
}
