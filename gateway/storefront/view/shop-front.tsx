import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { isEverything, PAGE_LENGTH } from "../model/catalogue-address.ts";
import type { CatalogueState } from "../state/catalogue.ts";
import { DropWindow } from "./drop-window.tsx";
import { Icon } from "./icons.tsx";
import { ProductCard } from "./product-card.tsx";
import { useBrowse } from "./search-box.tsx";
import { useShop } from "./shop-context.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

/** The shop: what is on sale now, and all products. */
export function ShopFront(): JSX.Element {
  const { catalogue, navigation } = useShop();
  const state = catalogue.state.value;
  useLayoutEffect(() => {
    if (state.status !== "loading") navigation.restoreScroll();
  }, [state, navigation]);
  const isStart = isEverything(state.browse) && state.browse.page === 0;
  return (
    <>
      {isStart && <DropWindow />}
      <section class="shelf" aria-labelledby="shelf-title">
        <div class="shelf-head">
          <h1 id="shelf-title">{shelfTitle(state)}</h1>
          <p class="shelf-count" role="status">
            {countText(state)}
          </p>
        </div>
        <Categories />
        <Products state={state} />
        <Pages state={state} />
      </section>
    </>
  );
}

function Categories(): JSX.Element | null {
  const { catalogue } = useShop();
  const browse = useBrowse();
  const chosen = catalogue.state.value.browse.category;
  const categories = catalogue.categories.value;
  if (categories.length === 0) return null;
  return (
    <div class="chips" role="group" aria-label="Categories">
      {["", ...categories].map((category) => (
        <button
          key={category}
          type="button"
          class="chip"
          aria-pressed={category === chosen}
          onClick={() => browse({ category })}
        >
          {category === "" ? "Everything" : category}
        </button>
      ))}
    </div>
  );
}

function Products({ state }: { readonly state: CatalogueState }): JSX.Element {
  if (state.entries.length > 0) {
    return (
      <ul class="grid" aria-busy={state.status === "loading"}>
        {state.entries.map((entry) => (
          <li key={entry.sku}>
            <ProductCard entry={entry} />
          </li>
        ))}
      </ul>
    );
  }
  switch (state.status) {
    case "loading":
      return (
        <ul class="grid" aria-hidden="true">
          {Array.from({ length: 8 }, (_, index) => (
            <li key={index} class="card-ghost" />
          ))}
        </ul>
      );
    case "failed":
      return <NotLoaded />;
    case "empty":
      return (
        <p class="nothing">There is nothing for sale yet. Products appear here as soon as there are some.</p>
      );
    case "ready":
      return <p class="nothing">Nothing matches. Try fewer words, or look at everything.</p>;
  }
}

function NotLoaded(): JSX.Element {
  const { catalogue } = useShop();
  const element = useRef<HTMLDivElement>(null);
  useKeptFocus(element, "main");
  return (
    <div class="nothing" ref={element}>
      <p>The products could not be loaded. The page tries again by itself.</p>
      <button type="button" class="button" onClick={() => void catalogue.open()}>
        Try again
      </button>
    </div>
  );
}

function Pages({ state }: { readonly state: CatalogueState }): JSX.Element | null {
  const browse = useBrowse();
  const count = Math.ceil(state.total / PAGE_LENGTH);
  if (count < 2) return null;
  const { page } = state.browse;
  const [isFirst, isLast] = [page === 0, page + 1 >= count];
  const turn = (to: number): void => {
    browse({ page: to });
    document.getElementById("shelf-title")?.scrollIntoView();
  };
  return (
    <nav class="pages" aria-label="Pages of products">
      {/* Not `disabled`: the focus shall not be lost at either end. */}
      <button
        type="button"
        class="button"
        aria-disabled={isFirst}
        onClick={isFirst ? undefined : () => turn(page - 1)}
      >
        <Icon name="back" /> Back
      </button>
      <span>
        Page {page + 1} of {count}
      </span>
      <button
        type="button"
        class="button"
        aria-disabled={isLast}
        onClick={isLast ? undefined : () => turn(page + 1)}
      >
        Next <Icon name="next" />
      </button>
    </nav>
  );
}

function shelfTitle({ browse: { words, category } }: CatalogueState): string {
  if (words.trim() !== "") return `“${words.trim()}”${category === "" ? "" : ` in ${category}`}`;
  return category === "" ? "The whole shop" : category;
}

function countText({ status, total }: CatalogueState): string {
  if (status === "loading") return "Looking…";
  if (status === "failed") return "Not loaded";
  if (status === "empty") return "No products yet";
  return total === 1 ? "1 product" : `${total.toLocaleString()} products`;
}
