/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { searchWords } from "../model/catalogue-address.ts";
import { Icon } from "./icons.tsx";
import { useShop } from "./shop-context.ts";

// Long enough for the next letter, short enough to feel immediate.
const TYPING_MS = 150;

/** Searches while the shopper types. */
export function SearchBox(): JSX.Element {
  const { catalogue, navigation } = useShop();
  const { words, category } = navigation.browse.value;
  const box = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const search = (text: string): void => {
    clearTimeout(timer.current);
    timer.current = undefined;
    navigation.look({ ...catalogue.state.peek().browse, page: 0, words: searchWords(text) });
  };
  useEffect(() => {
    const { value = "", defaultValue = "" } = box.current ?? {};
    // Typed before this script was there.
    if (value !== defaultValue) search(value);
  }, []);
  useEffect(() => {
    // Whoever goes back sees what they had searched for; what is being typed stays.
    if (timer.current === undefined && box.current !== null) box.current.value = words;
  }, [words]);
  return (
    <search class="search">
      <form
        action="/"
        onSubmit={(event) => {
          event.preventDefault();
          search(box.current?.value ?? "");
        }}
      >
        <Icon name="search" />
        <input
          ref={box}
          type="search"
          name="q"
          aria-label="Search the shop"
          placeholder="Search the shop…"
          autocomplete="off"
          maxLength={100}
          defaultValue={words}
          onInput={(event) => {
            const { value } = event.currentTarget;
            clearTimeout(timer.current);
            timer.current = setTimeout(() => search(value), TYPING_MS);
          }}
        />
        {category !== "" && <input type="hidden" name="category" value={category} />}
        <button class="button still">Search</button>
      </form>
    </search>
  );
}
