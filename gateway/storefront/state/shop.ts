import { computed } from "@preact/signals";
import type { FirstPage } from "../model/first-page.ts";
import { Cart } from "./cart.ts";
import { Catalogue } from "./catalogue.ts";
import { fetchJson } from "./fetch-json.ts";
import { Navigation } from "./navigation.ts";
import type { Overlay } from "./navigation.ts";
import { Notices } from "./notices.ts";
import { refusalWords } from "./refusal-words.ts";
import { ShopClock } from "./shop-clock.ts";
import { ShopLink } from "./shop-link.ts";
import { Stock } from "./stock.ts";

/** Everything the page shows and does. */
export interface Shop {
  /** What its owner calls it. */
  readonly name: string;
  readonly link: ShopLink;
  readonly clock: ShopClock;
  readonly navigation: Navigation;
  readonly notices: Notices;
  readonly catalogue: Catalogue;
  readonly stock: Stock;
  readonly cart: Cart;
}

/** What tells places apart where a shopper is told something: each product is another one. */
function placeOf(overlay: Overlay): string {
  return overlay.type === "product" ? `product ${overlay.sku}` : overlay.type;
}

// What the page was drawn from may have been kept by the browser for long.
const FIRST_PAGE_MS = 60_000;

/** Opens the shop that served this page. `name`: what it is called. `first`: what the page was drawn from. */
export function openShop(page: Window, name: string, first?: FirstPage): Shop {
  const link = ShopLink.connect(page.location.origin, first?.nowMs);
  const clock = new ShopClock(() => link.nowMs(), first?.nowMs);
  const navigation = new Navigation(page);
  const notices = new Notices();
  // Before the place that the shopper goes to is there: it would repeat what it finds.
  computed(() => placeOf(navigation.overlay.value)).subscribe(() => notices.hush());
  const catalogue = new Catalogue(fetchJson, navigation.browse.peek(), first);
  navigation.browse.subscribe((browse) => {
    if (browse !== catalogue.state.peek().browse) void catalogue.show(browse);
  });
  const isFresh = first !== undefined && Math.abs(Date.now() - first.nowMs) < FIRST_PAGE_MS;
  // A shop that had nothing to show is asked until it has.
  if (!isFresh || first.overview.total === 0) void catalogue.open();
  const cart = new Cart(link, notices, refusalWords);
  return { name, link, clock, navigation, notices, catalogue, stock: new Stock(link), cart };
}
