import { parseActorId } from "../engine/contract/address.ts";
import { assert } from "../engine/contract/assert.ts";
import type { Catalogue, CatalogueEntry, CataloguePage } from "../engine/ports/catalogue.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { BriefMemory } from "../gateway/server/brief-memory.ts";
import type { DrawnPage, PageDrawing } from "../gateway/server/page-drawing.ts";
import { SharedCatalogue } from "../gateway/server/shared-catalogue.ts";
import {
  BROWSE_ALL,
  browseOf,
  isEverything,
  PAGE_LENGTH,
  productOf,
  searchOf,
  shopLink,
} from "../gateway/storefront/model/catalogue-address.ts";
import type { Browse } from "../gateway/storefront/model/catalogue-address.ts";
import { lastPage, OVERVIEW_LENGTH, pageIn } from "../gateway/storefront/model/overview.ts";
import type { StorefrontPage } from "./storefront-page.ts";

/** What the pages of a shop are drawn from. */
export interface StorefrontPagesOptions {
  readonly page: StorefrontPage;
  readonly catalogue: Catalogue;
  readonly tenant: string;
  readonly clock: Clock;
}

// Every page has it, so all of a moment share it.
const OVERVIEW_MS = 1_000;

/** Draws the storefront's pages from the catalogue. */
export class StorefrontPages implements PageDrawing {
  readonly #options: StorefrontPagesOptions;
  readonly #catalogue: Catalogue;
  readonly #overviews: BriefMemory<Promise<CataloguePage>>;

  constructor(options: StorefrontPagesOptions) {
    this.#options = options;
    this.#catalogue = new SharedCatalogue(options.catalogue);
    this.#overviews = new BriefMemory(options.clock, OVERVIEW_MS, 1);
  }

  parametersOf(search: string): string {
    return searchOf(browseOf(search), productOf(search) ?? undefined);
  }

  async draw(parameters: string, origin: string): Promise<DrawnPage> {
    const nowMs = this.#options.clock.nowMs();
    const browse = browseOf(parameters);
    const sku = productOf(parameters) ?? undefined;
    const [overview, product] = await Promise.all([this.#overview(), this.#find(sku)]);
    const isKnown = pageIn(overview.entries, browse) !== undefined;
    const page = isKnown ? undefined : await this.#page(overview, browse);
    const last = lastPage((page ?? overview).total);
    if (browse.page > last) return { type: "elsewhere", path: shopLink({ ...browse, page: last }, sku) };
    const first = { nowMs, overview, ...(page && { page }), ...(product && { product }) };
    const { html, isFound } = this.#options.page.with(first, parameters, origin);
    return { type: "page", status: isFound ? 200 : 404, html };
  }

  #overview(): Promise<CataloguePage> {
    const overview = this.#overviews.get("", () => this.#search(BROWSE_ALL, OVERVIEW_LENGTH));
    assert(overview !== undefined, "there is room for the one overview");
    return overview;
  }

  #find(sku: string | undefined): Promise<CatalogueEntry | undefined> {
    const id = sku === undefined ? undefined : parseActorId(sku);
    return id === undefined ? Promise.resolve(undefined) : this.#catalogue.find(this.#options.tenant, id);
  }

  /** A page that is not all in the overview, which still may have a part of it. */
  #page(overview: CataloguePage, browse: Browse): Promise<CataloguePage> {
    const [from, to] = [browse.page * PAGE_LENGTH, (browse.page + 1) * PAGE_LENGTH];
    const isThere = isEverything(browse) && (to <= overview.entries.length || overview.total === 0);
    if (!isThere) return this.#search(browse, PAGE_LENGTH);
    return Promise.resolve({ entries: overview.entries.slice(from, to), total: overview.total });
  }

  #search({ words, category, page }: Browse, limit: number): Promise<CataloguePage> {
    return this.#catalogue.search({
      tenant: this.#options.tenant,
      offset: page * PAGE_LENGTH,
      limit,
      ...(words.trim() === "" ? {} : { words: words.trim() }),
      ...(category === "" ? {} : { category }),
    });
  }
}
