import { render } from "preact";
import { ConsoleState } from "./state/console-state.ts";
import { Page } from "./view/page.tsx";

const place = document.getElementById("page");
if (place === null) throw new Error("the page has no place for the console");
place.replaceChildren();
render(<Page state={new ConsoleState(sessionStorage)} />, place);
