/** @jsxImportSource preact */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { browseTitle, shelfTitle } from "../model/browse-title.ts";
import { isEverything, shopLink } from "../model/catalogue-address.ts";
import { lastPage } from "../model/overview.ts";
import { LOCALE } from "../model/written-for.ts";
import type { CatalogueState } from "../state/catalogue.ts";
import { DropWindow } from "./drop-window.tsx";
import { Icon } from "./icons.tsx";
import { ProductCard } from "./product-card.tsx";
import { useShop } from "./shop-context.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { PAGE, useTitle } from "./use-title.ts";

/** The shop: what is on sale now, and all products. */
export function ShopFront(): JSX.Element {
  const { catalogue, navigation } = useShop();
  const state = catalogue.state.value;
  useLayoutEffect(() => {
    if (state.status !== "loading") navigation.restoreScroll();
  }, [state, navigation]);
  useTitle(PAGE, browseTitle(state.browse));
  const isStart = isEverything(state.browse) && state.browse.page === 0;
  return (
    <>
      {isStart && <DropWindow />}
      <section class="shelf" aria-labelledby="shelf-title">
        <div class="shelf-head">
          <h1 id="shelf-title">{shelfTitle(state.browse)}</h1>
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
  const { browse } = catalogue.state.value;
  const categories = catalogue.categories.value;
  if (categories.length === 0) return null;
  return (
    <div class="chips" role="group" aria-label="Categories">
      {["", ...categories].map((category) => (
        <a
          key={category}
          class="chip"
          href={shopLink({ ...browse, page: 0, category })}
          aria-current={category === browse.category}
        >
          {category === "" ? "Everything" : category}
        </a>
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
  const { browse, total } = state;
  const { page } = browse;
  const last = lastPage(total);
  if (last === 0) return null;
  // Who turns a page begins at its top.
  const link = (to: number): string | undefined =>
    to < 0 || to > last ? undefined : `${shopLink({ ...browse, page: to })}#shelf-title`;
  return (
    <nav class="pages" aria-label="Pages of products">
      <PageLink href={link(page - 1)}>
        <Icon name="back" /> Back
      </PageLink>
      <span>
        Page {page + 1} of {last + 1}
      </span>
      <PageLink href={link(page + 1)}>
        Next <Icon name="next" />
      </PageLink>
    </nav>
  );
}

const END = { role: "link", "aria-disabled": true } as const;

/** Not left out at either end: the focus shall not be lost. */
function PageLink(props: {
  readonly href: string | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { href } = props;
  return (
    <a class="button" tabIndex={0} {...(href === undefined ? END : { href })}>
      {props.children}
    </a>
  );
}

function countText({ status, total }: CatalogueState): string {
  if (status === "loading") return "Looking…";
  if (status === "failed") return "Not loaded";
  if (status === "empty") return "No products yet";
  return total === 1 ? "1 product" : `${total.toLocaleString(LOCALE)} products`;
}
