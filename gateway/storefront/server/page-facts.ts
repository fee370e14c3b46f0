import type { CatalogueEntryView } from "../../protocol/views.ts";
import { BROWSE_ALL, browseOf, PAGE_LENGTH, productOf, shopLink } from "../model/catalogue-address.ts";
import { browseTitle, pageTitle } from "../model/browse-title.ts";
import type { FirstPage } from "../model/first-page.ts";
import { formatMoney } from "../model/money.ts";
import { offerIn, salePhase } from "../model/offer.ts";
import { pageIn } from "../model/overview.ts";
import { listData, productData } from "./structured-data.ts";
import type { NamedShop, StructuredData } from "./structured-data.ts";

/** What the head of a page tells machines. */
export interface PageFacts {
  readonly title: string;
  readonly description: string;
  /** The address that pages with the same content share. */
  readonly canonical: string;
  /** The page's type in the words of Open Graph. */
  readonly type: "website" | "product";
  /** Whether search engines are to list it: anybody can make an address with words of their own. */
  readonly isListed: boolean;
  readonly data: StructuredData;
}

const DESCRIPTION_LENGTH = 160;

/** What a page of `shop` is about that is drawn from `first`; undefined when its address names a product that is none. */
export function pageFacts(search: string, first: FirstPage, shop: NamedShop): PageFacts | undefined {
  const sku = productOf(search);
  if (sku === null) return listFacts(search, first, shop);
  return first.product === undefined ? undefined : productFacts(first.product, first.nowMs, shop);
}

function productFacts(entry: CatalogueEntryView, nowMs: number, shop: NamedShop): PageFacts {
  const { title, description, currency, sale } = entry;
  const price = formatMoney(offerIn(salePhase(sale, nowMs), entry).unitPriceMinor, currency);
  const offer = `${price}, ${stockText(entry)}.`;
  return {
    title: pageTitle(shop.name, title),
    description: shortened(`${offer} ${description}`.trim()),
    canonical: shop.origin + shopLink(BROWSE_ALL, entry.sku),
    type: "product",
    isListed: true,
    data: productData(entry, shop, nowMs),
  };
}

function stockText({ available, paused }: CatalogueEntryView): string {
  if (paused) return "not for sale at the moment";
  return available > 0 ? "in stock" : "sold out";
}

function listFacts(search: string, first: FirstPage, shop: NamedShop): PageFacts {
  const browse = browseOf(search);
  const { entries, total } = first.page ?? pageIn(first.overview.entries, browse) ?? first.overview;
  const count = total === 1 ? "1 product" : `${total} products`;
  const titles = entries.slice(0, 5).map(({ title }) => title);
  return {
    title: pageTitle(shop.name, browseTitle(browse)),
    description: shortened(titles.length === 0 ? count : `${count}: ${titles.join(", ")}`),
    canonical: shop.origin + shopLink(browse),
    type: "website",
    isListed: browse.words.trim() === "",
    data: listData(entries, browse.page * PAGE_LENGTH, shop, first.nowMs),
  };
}

/** No half of a character, and a sign that something was left out. */
function shortened(text: string): string {
  if (text.length <= DESCRIPTION_LENGTH) return text;
  return `${text.slice(0, DESCRIPTION_LENGTH - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
