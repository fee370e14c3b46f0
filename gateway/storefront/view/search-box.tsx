import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { searchWords } from "../model/catalogue-address.ts";
import type { Browse } from "../model/catalogue-address.ts";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";

// Long enough for the next letter, short enough to feel immediate.
const TYPING_MS = 150;

/** Shows another part of the catalogue and remembers it in the page's address. */
export function useBrowse(): (change: Partial<Browse>) => void {
  const { catalogue, navigation } = useShop();
  return (change) => {
    const browse = { ...catalogue.state.peek().browse, page: 0, ...change };
    navigation.rememberBrowse(browse);
    void catalogue.show(browse);
  };
}

/** Searches while the shopper types. */
export function SearchBox(): JSX.Element {
  const { catalogue, navigation } = useShop();
  const browse = useBrowse();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const search = (words: string): void => {
    clearTimeout(timer.current);
    if (navigation.orderId.peek() !== null) window.location.hash = "#shop";
    browse({ words: searchWords(words) });
  };
  return (
    <search class="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const words = new FormData(event.currentTarget).get("q");
          search(typeof words === "string" ? words : "");
        }}
      >
        <Icon name="search" />
        <input
          type="search"
          name="q"
          aria-label="Search the shop"
          placeholder="Search the shop…"
          autocomplete="off"
          maxLength={100}
          defaultValue={catalogue.state.peek().browse.words}
          onInput={(event) => {
            const { value } = event.currentTarget;
            clearTimeout(timer.current);
            timer.current = setTimeout(() => search(value), TYPING_MS);
          }}
        />
      </form>
    </search>
  );
}
