/** @jsxImportSource preact */
import { hydrate, render } from "preact";
import { FIRST_PAGE_ID } from "./model/first-page.ts";
import type { FirstPage } from "./model/first-page.ts";
import { openShop } from "./state/shop.ts";
import { Page } from "./view/page.tsx";

const place = document.getElementById("page");
if (place === null) throw new Error("the page has no place for the shop");
const told = document.getElementById(FIRST_PAGE_ID)?.textContent;
const name = document.querySelector<HTMLMetaElement>("meta[name=application-name]")?.content ?? "";
const shop = openShop(window, name, told === undefined ? undefined : (JSON.parse(told) as FirstPage));
const page = <Page shop={shop} />;
if (shop.navigation.orderId.peek() === null) hydrate(page, place);
else {
  // The server does not see which order the address names: what it has drawn is the shop.
  place.replaceChildren();
  render(page, place);
}
