import type { Clock } from "../../engine/ports/clock.ts";
import type { Log } from "../../engine/ports/log.ts";
import { Unavailable } from "../../engine/ports/unavailable.ts";
import { BriefMemory } from "./brief-memory.ts";
import { contentResponse, prepareContent } from "./content.ts";
import type { PreparedContent } from "./content.ts";
import type { DrawnPage, PageDrawing } from "./page-drawing.ts";
import { securityHeaders } from "./responses.ts";

/** What pages are drawn with. */
export interface FrontPagesOptions {
  readonly drawing: PageDrawing;
  /** Whether visitors come over TLS, whatever the gateway itself speaks. */
  readonly isSecure: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

type ReadyPage =
  | { readonly status: 200 | 404; readonly content: PreparedContent }
  | { readonly status: 302; readonly path: string };

// As long as answers of the catalogue may be kept.
const PAGE_MS = 1_000;
// Each takes some milliseconds of the gateway's only thread: more different ones are left to the page's script.
const PAGES_MAX = 32;
// The start page is what a crowd asks for: others do not take its place. One for each name that a shop is reached by.
const START_PAGES_MAX = 4;
// Who waits longer is better off with a page that fetches its products itself.
const DRAWING_MS = 1_000;
// Once a second for each page, and then for a crowd.
const GZIP_LEVEL = 6;

/** The pages at `/`: each is drawn at most once a second, however many want it. */
export class FrontPages {
  readonly #options: FrontPagesOptions;
  readonly #startPages: BriefMemory<Promise<ReadyPage | undefined>>;
  readonly #pages: BriefMemory<Promise<ReadyPage | undefined>>;

  constructor(options: FrontPagesOptions) {
    this.#options = options;
    this.#startPages = new BriefMemory(options.clock, PAGE_MS, START_PAGES_MAX);
    this.#pages = new BriefMemory(options.clock, PAGE_MS, PAGES_MAX);
  }

  /** Answers who reads a page; undefined for all else, and when it cannot be drawn now, or not soon enough. */
  async respond(request: Request, url: URL): Promise<Response | undefined> {
    const isReading = request.method === "GET" || request.method === "HEAD";
    if (url.pathname !== "/" || !isReading) return undefined;
    const { drawing, isSecure } = this.#options;
    const origin = `${isSecure ? "https:" : url.protocol}//${url.host}`;
    const parameters = drawing.parametersOf(url.search);
    const pages = parameters === "" ? this.#startPages : this.#pages;
    const page = await pages.get(origin + parameters, () => this.#drawInTime(parameters, origin));
    if (page === undefined) return undefined;
    if (page.status !== 302) {
      return contentResponse(page.content, request, { status: page.status, isLater: true });
    }
    const headers = { ...securityHeaders(), location: page.path, "cache-control": "no-cache" };
    return new Response(null, { status: 302, headers });
  }

  #drawInTime(parameters: string, origin: string): Promise<ReadyPage | undefined> {
    const { promise, resolve } = Promise.withResolvers<ReadyPage | undefined>();
    const cancel = this.#options.clock.after(DRAWING_MS, () => resolve(undefined));
    void this.#draw(parameters, origin).then((page) => {
      cancel();
      resolve(page);
    });
    return promise;
  }

  async #draw(parameters: string, origin: string): Promise<ReadyPage | undefined> {
    try {
      return ready(await this.#options.drawing.draw(parameters, origin));
    } catch (err) {
      // The script will ask for the same, which is told to the log where it is answered.
      if (!(err instanceof Unavailable)) this.#options.log.error({ err, parameters }, "a page was not drawn");
      return undefined;
    }
  }
}

function ready(page: DrawnPage): ReadyPage {
  if (page.type === "elsewhere") return { status: 302, path: page.path };
  const content = prepareContent({ body: page.html, contentType: "text/html;charset=utf-8" }, GZIP_LEVEL);
  return { status: page.status, content };
}
