import { createElement } from "preact";
import { renderToString } from "preact-render-to-string";
import type { DrawPage } from "../model/first-page.ts";
import { Page } from "../view/page.tsx";
import { stillShop } from "./still-shop.ts";

/** The components of the page's script, drawn on the server. */
export const drawPage: DrawPage = (name, search, first) =>
  renderToString(createElement(Page, { shop: stillShop(name, search, first) }));
