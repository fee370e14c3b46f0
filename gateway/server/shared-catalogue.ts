import type {
  Catalogue,
  CatalogueEntry,
  CataloguePage,
  CatalogueQuery,
} from "../../engine/ports/catalogue.ts";

/**
 * A catalogue that is asked the same question once at a time: whoever asks it meanwhile shares the answer. A crowd that opens the shop asks
 * one question, the front page, whose answer may take the database of a large shop a quarter of a second.
 */
export class SharedCatalogue implements Catalogue {
  readonly #catalogue: Catalogue;
  readonly #searches = new Map<string, Promise<CataloguePage>>();
  readonly #finds = new Map<string, Promise<CatalogueEntry | undefined>>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  search(query: CatalogueQuery): Promise<CataloguePage> {
    return shared(this.#searches, JSON.stringify(query), () => this.#catalogue.search(query));
  }

  find(tenant: string, sku: string): Promise<CatalogueEntry | undefined> {
    return shared(this.#finds, JSON.stringify([tenant, sku]), () => this.#catalogue.find(tenant, sku));
  }
}

/** What is under way under this name, or what begins now. */
function shared<Answer>(
  underWay: Map<string, Promise<Answer>>,
  name: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const found = underWay.get(name);
  if (found !== undefined) return found;
  const answer = ask().finally(() => underWay.delete(name));
  underWay.set(name, answer);
  return answer;
}
