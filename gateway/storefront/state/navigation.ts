import { batch, signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import { browseOf, productOf, searchOf } from "../model/catalogue-address.ts";
import type { Browse } from "../model/catalogue-address.ts";

/** What lies over the page. */
export type Overlay =
  { readonly type: "none" } | { readonly type: "cart" } | { readonly type: "product"; readonly sku: string };

/** What an entry of the browser's history says beside its address. */
interface Mark {
  readonly overlay: Overlay;
  /** Whether the entry before is the same without what lies over it: closing goes back to it. */
  readonly isOver: boolean | undefined;
  /** How far down the shopper was, where they went on from here. */
  readonly scrollY?: number;
}

/** What is used of a browser's window. */
export interface Place {
  readonly location: Pick<Location, "search" | "hash" | "pathname" | "replace">;
  readonly history: Pick<History, "state" | "back" | "pushState" | "replaceState">;
  readonly scrollY: number;
  scrollTo(x: number, y: number): void;
  addEventListener<Type extends keyof WindowEventMap>(
    type: Type,
    listener: (event: WindowEventMap[Type]) => void,
  ): void;
}

const ORDER_PREFIX = "#order/";
const NOTHING: Overlay = { type: "none" };

/** Where the shopper is: told by the page's address and its history, so that reload, back and links work. */
export class Navigation {
  readonly #window: Place;
  readonly #orderId = signal<string | null>(null);
  readonly #overlay = signal(NOTHING);
  readonly #browse: Signal<Browse>;
  #returnY: number | undefined;
  /** A browser may refuse to be told where the shopper is: a frame that may not, or too often. It is not asked then. */
  #isTold = true;
  /** What is to be done once the browser has gone back; undefined when it stands still. */
  #afterBack: (() => void) | undefined;

  constructor(page: Place) {
    this.#window = page;
    this.#browse = signal(browseOf(page.location.search));
    this.#read();
    page.addEventListener("popstate", () => {
      const act = this.#afterBack ?? (() => this.#read());
      this.#afterBack = undefined;
      act();
    });
    page.addEventListener("click", (event) => this.#follow(event));
    page.addEventListener("hashchange", () => {
      this.#read();
      // A link was followed: where the shopper has been before, the browser scrolls.
      if (page.history.state === null) page.scrollTo(0, 0);
    });
  }

  /** The order that is looked at; null in the shop. */
  get orderId(): ReadonlySignal<string | null> {
    return this.#orderId;
  }

  get overlay(): ReadonlySignal<Overlay> {
    return this.#overlay;
  }

  /** The part of the catalogue that is looked at. */
  get browse(): ReadonlySignal<Browse> {
    return this.#browse;
  }

  /** Looks at another part of the catalogue, in a new entry of the history: not for every letter that is typed. */
  look(browse: Browse): void {
    const { category, page, words } = this.#browse.value;
    let isNew = browse.category !== category || browse.page !== page || (words === "" && browse.words !== "");
    if (this.#orderId.value !== null) {
      this.#window.location.hash = "#shop";
      this.#window.scrollTo(0, 0);
      isNew = false;
    }
    batch(() => {
      this.#orderId.value = null;
      this.#browse.value = browse;
    });
    this.#returnY = undefined;
    this.#write(isNew);
  }

  open(overlay: Overlay): void {
    const isNew = this.#overlay.value.type === "none";
    this.#overlay.value = overlay;
    this.#write(isNew);
  }

  close(): void {
    this.#overlay.value = NOTHING;
    const { history } = this.#window;
    if (this.#afterBack !== undefined || markOf(history).isOver !== true) return this.#write(false);
    this.#afterBack = () => this.#read();
    history.back();
  }

  showOrder(orderId: string): void {
    const { location } = this.#window;
    const link = orderLink(orderId);
    if (this.#overlay.value.type === "none") location.hash = link;
    // Nobody goes back to a cart that is bought.
    else location.replace(link);
  }

  /** Scrolls to where the shopper was, once what they have come back to is there. */
  restoreScroll(): void {
    if (this.#returnY !== undefined) this.#window.scrollTo(0, this.#returnY);
    this.#returnY = undefined;
  }

  /** Follows a link of the shop without leaving the page, unless another tab is wished for, or the link is kept. */
  #follow(event: MouseEvent): void {
    const link = (event.target as Element).closest("a");
    const address = /^\/(\?[^#]*)?(#.*)?$/.exec(link?.getAttribute("href") ?? "");
    const { button, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (address === null || button > 0 || altKey || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    const [, search = "", subject] = address;
    const sku = productOf(search);
    if (sku !== null) return this.open({ type: "product", sku });
    this.look(browseOf(search));
    if (subject !== undefined) document.querySelector(subject)?.scrollIntoView();
  }

  /** Goes to where the browser is. */
  #read(): void {
    const { location, history } = this.#window;
    const mark = markOf(history);
    const orderId = orderOf(location.hash);
    const sku = orderId === null ? productOf(location.search) : null;
    const browse = browseOf(location.search);
    const isElsewhere = this.#isTold && searchOf(browse) !== searchOf(this.#browse.value);
    if (isElsewhere || orderId !== this.#orderId.value) this.#returnY = mark.scrollY;
    batch(() => {
      this.#orderId.value = orderId;
      if (isElsewhere) this.#browse.value = browse;
      this.#overlay.value = mark.overlay ?? (sku === null ? NOTHING : { type: "product", sku });
    });
  }

  /** Tells the browser where the shopper is. */
  #write(isNew: boolean): void {
    if (this.#afterBack !== undefined) {
      this.#afterBack = () => this.#write(isNew);
      return;
    }
    const { history, location, scrollY } = this.#window;
    const overlay = this.#overlay.value;
    const hash = this.#orderId.value === null ? "" : location.hash;
    const search = searchOf(this.#browse.value, overlay.type === "product" ? overlay.sku : undefined);
    const address = location.pathname + search + hash;
    const before = markOf(history);
    const mark: Mark = { overlay, isOver: overlay.type !== "none" && (isNew || before.isOver) };
    try {
      if (isNew) {
        history.replaceState({ ...before, scrollY }, "");
        history.pushState(mark, "", address);
      } else history.replaceState(mark, "", address);
      this.#isTold = true;
    } catch {
      this.#isTold = false;
    }
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

/** Only this page writes marks; entries that links have made have none. */
function markOf({ state }: Pick<History, "state">): Partial<Mark> {
  return (state ?? {}) as Partial<Mark>;
}
