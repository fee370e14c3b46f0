import { render } from "preact";
import { openShop } from "./state/shop.ts";
import { Page } from "./view/page.tsx";

const place = document.getElementById("page");
if (place === null) throw new Error("the page has no place for the shop");
place.replaceChildren();
render(<Page shop={openShop(window)} />, place);
