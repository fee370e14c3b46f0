import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { CatalogueEntryView, CataloguePageView } from "../../protocol/views.ts";
import { BROWSE_ALL, catalogueUrl, isEverything } from "../model/catalogue-address.ts";
import type { Browse } from "../model/catalogue-address.ts";
import type { FirstPage } from "../model/first-page.ts";
import { lastPage, OVERVIEW_LENGTH, pageIn } from "../model/overview.ts";
import { NotAnswered } from "./fetch-json.ts";

/** What the catalogue shows. Earlier products stay while later ones are on their way. */
export interface CatalogueState {
  readonly browse: Browse;
  readonly entries: readonly CatalogueEntryView[];
  readonly total: number;
  /** Empty: the shop has nothing for sale, whatever is looked for. */
  readonly status: "loading" | "ready" | "empty" | "failed";
}

/** Gets JSON from the shop. */
export type FetchJson = (url: string, signal: AbortSignal) => Promise<unknown>;

// A shop that says when to ask again is believed within these bounds: whoever waits shall see when it is back.
const RETRY_MS = { min: 2_000, max: 60_000 };
// A network may lose a connection without a word, and browsers wait for minutes.
const ANSWER_MS = 15_000;

/** The products of the shop, page by page. */
export class Catalogue {
  readonly #fetchJson: FetchJson;
  readonly #state: ReturnType<typeof signal<CatalogueState>>;
  readonly #overview = signal<readonly CatalogueEntryView[]>([]);
  readonly #categories = signal<readonly string[]>([]);
  /** The question for what is looked at, while it has no answer. */
  #running: AbortController | undefined;
  readonly #closing = new AbortController();
  #opening: Promise<void> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** A product that has been asked for already, listed or not. */
  readonly asked: CatalogueEntryView | undefined;

  /** `first`: what is known already. */
  constructor(fetchJson: FetchJson, browse: Browse = BROWSE_ALL, first?: FirstPage) {
    this.#fetchJson = fetchJson;
    this.#state = signal<CatalogueState>({ browse, entries: [], total: 0, status: "loading" });
    if (first === undefined) return;
    const { overview, page = pageIn(overview.entries, browse) ?? overview, product } = first;
    this.#know(overview);
    this.#show(page);
    this.asked = product;
  }

  get state(): ReadonlySignal<CatalogueState> {
    return this.#state as ReadonlySignal<CatalogueState>;
  }

  /** The first products of the whole catalogue, those on sale before the others. */
  get overview(): ReadonlySignal<readonly CatalogueEntryView[]> {
    return this.#overview;
  }

  /** The categories that have been seen so far, by name. */
  get categories(): ReadonlySignal<readonly string[]> {
    return this.#categories;
  }

  /** Loads the overview and what is looked at; tries again until the shop has something to show. */
  open(): Promise<void> {
    // The page asks again by itself, and the shopper may press a button meanwhile: all wait for one answer.
    this.#opening ??= this.#loadOverview().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** Looks at another part of the catalogue; tries again until it is there. */
  async show(browse: Browse): Promise<void> {
    this.#set({ browse, status: "loading" });
    await this.#load(browse);
  }

  /**
   * A product, listed or not.
   * @throws what {@link FetchJson} throws, also when there is no such product.
   */
  async product(sku: string): Promise<CatalogueEntryView> {
    const url = `/v1/catalogue/${encodeURIComponent(sku)}`;
    return (await this.#fetchJson(url, AbortSignal.timeout(ANSWER_MS))) as CatalogueEntryView;
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#closing.abort();
    this.#running?.abort();
  }

  async #loadOverview(): Promise<void> {
    const { signal: closed } = this.#closing;
    const overview = await this.#ask(catalogueUrl(BROWSE_ALL, OVERVIEW_LENGTH), closed);
    if (closed.aborted) return;
    if (overview !== undefined) {
      this.#know(overview);
    }
    if (overview?.total === 0) this.#askLater(RETRY_MS.min);
    if (overview === undefined || overview.total === 0) {
      const { status, entries } = this.state.value;
      // What the shopper has found meanwhile stays, also that it is nothing, unless nothing is there to be found.
      const isFound = status === "ready" && (overview === undefined || entries.length > 0);
      if (isFound || this.#running !== undefined) return;
      return this.#set({ status: overview === undefined ? "failed" : "empty" });
    }
    await this.show(this.state.value.browse);
  }

  async #load(browse: Browse): Promise<void> {
    this.#running?.abort();
    this.#running = new AbortController();
    const { signal: aborted } = this.#running;
    const page = pageIn(this.#overview.value, browse) ?? (await this.#ask(catalogueUrl(browse), aborted));
    if (aborted.aborted) return;
    this.#running = undefined;
    // What was there before is not what was looked for.
    if (page === undefined) return this.#set({ entries: [], total: 0, status: "failed" });
    const last = lastPage(page.total);
    // An old link, or fewer products than a moment ago.
    if (browse.page > last) return this.show({ ...browse, page: last });
    this.#show(page);
  }

  #know({ entries }: CataloguePageView): void {
    this.#overview.value = entries;
    this.#learnCategories(entries);
  }

  /** Shows the answer to what is looked at. */
  #show({ entries, total }: CataloguePageView): void {
    this.#learnCategories(entries);
    const isEmpty = total === 0 && isEverything(this.state.value.browse);
    this.#set({ entries, total, status: isEmpty ? "empty" : "ready" });
  }

  #askLater(waitMs: number): void {
    // The shopper may have tried in between: there is one next time, not one for each try.
    clearTimeout(this.#retry);
    // Up to half as long again: who was refused together does not come back together.
    this.#retry = setTimeout(() => void this.#askAgain(), waitMs * (1 + Math.random() / 2));
  }

  /** Asks for what is still missing. */
  async #askAgain(): Promise<void> {
    if (this.#overview.value.length === 0) await this.open();
    else if (this.state.value.status === "failed") await this.#load(this.state.value.browse);
  }

  /** An answer of the catalogue; without one it will be asked again. */
  async #ask(url: string, aborted: AbortSignal): Promise<CataloguePageView | undefined> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    try {
      return (await this.#fetchJson(url, AbortSignal.any([aborted, late.signal]))) as CataloguePageView;
    } catch (err) {
      const toldMs = err instanceof NotAnswered ? (err.retryAfterMs ?? 0) : 0;
      if (!aborted.aborted) this.#askLater(Math.min(Math.max(toldMs, RETRY_MS.min), RETRY_MS.max));
      // Whatever the reason, the shopper can only try again; the network's words would not help.
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #learnCategories(entries: readonly CatalogueEntryView[]): void {
    const names = new Set(this.#categories.value);
    for (const { category } of entries) if (category !== "") names.add(category);
    if (names.size > this.#categories.value.length) this.#categories.value = [...names].toSorted();
  }

  #set(change: Partial<CatalogueState>): void {
    this.#state.value = { ...this.state.value, ...change };
  }
}
