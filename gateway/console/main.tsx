import { render } from "preact";
import { ActState } from "./state/act-state.ts";
import { AdminRequests } from "./state/admin-requests.ts";
import { ConsoleState } from "./state/console-state.ts";
import { Page } from "./view/page.tsx";

const place = document.getElementById("page");
if (place === null) throw new Error("the page has no place for the console");
place.replaceChildren();
const state = new ConsoleState(sessionStorage);
const requests = new AdminRequests(() => state.token);
const acts = new ActState(requests, sessionStorage, () => state.lock(true));
render(<Page state={state} acts={acts} />, place);
