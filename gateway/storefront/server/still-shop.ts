import type { FirstPage } from "../model/first-page.ts";
import { Cart } from "../state/cart.ts";
import { Catalogue } from "../state/catalogue.ts";
import { Navigation } from "../state/navigation.ts";
import type { Place } from "../state/navigation.ts";
import { Notices } from "../state/notices.ts";
import type { Shop } from "../state/shop.ts";
import { ShopClock } from "../state/shop-clock.ts";
import { refusalWords } from "../state/refusal-words.ts";
import { ShopLink } from "../state/shop-link.ts";
import { Stock } from "../state/stock.ts";

const ignore = (): void => undefined;
/** One of its own each time: what waits for it goes with it. */
const never = (): Promise<never> => new Promise(ignore);

/** The shop as a script finds it that has just begun: at an address, with nothing live yet. What the server draws. */
export function stillShop(name: string, search: string, first: FirstPage | undefined): Shop {
  const link = new ShopLink(never());
  const clock = new ShopClock(() => first?.nowMs ?? 0);
  clock.stop();
  const navigation = new Navigation(stillPlace(search));
  const notices = new Notices();
  return {
    name,
    link,
    clock,
    navigation,
    notices,
    catalogue: new Catalogue(never, navigation.browse.peek(), first),
    stock: new Stock(link),
    cart: new Cart(link, notices, refusalWords),
  };
}

function stillPlace(search: string): Place {
  return {
    location: { search, hash: "", pathname: "/", replace: ignore },
    history: { state: null, back: ignore, pushState: ignore, replaceState: ignore },
    scrollY: 0,
    scrollTo: ignore,
    addEventListener: ignore,
  };
}
