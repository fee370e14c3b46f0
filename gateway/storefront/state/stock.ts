import { signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { CatalogueEntryView, InventoryView } from "../../protocol/views.ts";
import type { ShopLink } from "./shop-link.ts";

interface Watched {
  readonly view: Signal<InventoryView | null>;
  watchers: number;
  leave: (() => void) | undefined;
}

// Views of products that nobody looks at any more are kept, so that scrolling back shows no older figures.
const REMEMBERED_MAX = 500;

/** Live stock and prices of the products in sight. */
export class Stock {
  readonly #link: ShopLink;
  readonly #products = new Map<string, Watched>();

  constructor(link: ShopLink) {
    this.#link = link;
  }

  /** The last live view of a product; null while there was none. */
  view(sku: string): ReadonlySignal<InventoryView | null> {
    return this.#product(sku).view;
  }

  /** A product as it is now: what the catalogue said, overlaid with what is live. */
  now(listed: CatalogueEntryView): CatalogueEntryView {
    const view = this.view(listed.sku).value;
    return view === null ? listed : { ...listed, ...view };
  }

  /** Keeps a product's view live until the returned function is called. */
  watch(sku: string): () => void {
    const product = this.#product(sku);
    product.watchers += 1;
    product.leave ??= this.#link.follow((client) =>
      client.subscribe(`sku/${sku}`, (view) => {
        if (view !== null) product.view.value = view;
      }),
    );
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      product.watchers -= 1;
      if (product.watchers > 0) return;
      product.leave?.();
      product.leave = undefined;
    };
  }

  #product(sku: string): Watched {
    const product = this.#products.get(sku) ?? { view: signal(null), watchers: 0, leave: undefined };
    // The last in order is the last that was asked for: what the page shows is asked for again and again, so it stays.
    this.#products.delete(sku);
    this.#forgetSome();
    this.#products.set(sku, product);
    return product;
  }

  #forgetSome(): void {
    for (const [sku, { watchers }] of this.#products) {
      if (this.#products.size < REMEMBERED_MAX) return;
      if (watchers === 0) this.#products.delete(sku);
    }
  }
}
