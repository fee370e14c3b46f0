import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { browseOf, searchOf } from "../model/catalogue-address.ts";
import type { Browse } from "../model/catalogue-address.ts";

/** What lies over the page. */
export type Overlay =
  { readonly type: "none" } | { readonly type: "cart" } | { readonly type: "product"; readonly sku: string };

const ORDER_PREFIX = "#order/";

/** Where the shopper is: told by the page's address, so that reload, back and links work. */
export class Navigation {
  readonly #window: Window;
  readonly #orderId = signal<string | null>(null);
  readonly #overlay = signal<Overlay>({ type: "none" });

  constructor(page: Window) {
    this.#window = page;
    this.#orderId.value = orderOf(page.location.hash);
    page.addEventListener("hashchange", () => {
      this.#orderId.value = orderOf(page.location.hash);
      this.#overlay.value = { type: "none" };
      page.scrollTo(0, 0);
    });
  }

  /** The order that is looked at; null in the shop. */
  get orderId(): ReadonlySignal<string | null> {
    return this.#orderId;
  }

  get overlay(): ReadonlySignal<Overlay> {
    return this.#overlay;
  }

  /** What the address says of the catalogue. */
  browse(): Browse {
    return browseOf(this.#window.location.search);
  }

  rememberBrowse(browse: Browse): void {
    const { pathname } = this.#window.location;
    this.#window.history.replaceState(null, "", pathname + searchOf(browse));
  }

  open(overlay: Overlay): void {
    this.#overlay.value = overlay;
  }

  close(): void {
    this.#overlay.value = { type: "none" };
  }

  showOrder(orderId: string): void {
    this.#window.location.hash = orderLink(orderId);
  }
}

/** The address of an order within the page. */
export function orderLink(orderId: string): string {
  return ORDER_PREFIX + encodeURIComponent(orderId);
}

function orderOf(hash: string): string | null {
  if (!hash.startsWith(ORDER_PREFIX)) return null;
  try {
    return decodeURIComponent(hash.slice(ORDER_PREFIX.length));
  } catch {
    return null;
  }
}
