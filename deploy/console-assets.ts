import { fileURLToPath } from "node:url";
import { Assets, type Asset } from "../gateway/server/assets.ts";
import { SingleFlight } from "./single-flight.ts";

const CONSOLE = new URL("../gateway/console/", import.meta.url);
const FOREVER = "public, max-age=31536000, immutable";

/** Where the page is on the admin listener. */
export const CONSOLE_PATH = "/console";

/** The page that shows a shop to its operators, made when somebody asks for it first: most nodes are never asked. */
export class ConsolePage {
  readonly #built: SingleFlight<Assets>;
  #assets: Assets | undefined;

  /** `shop`: what it is called, so that consoles of several shops can be told apart. */
  constructor(shop: string) {
    this.#built = new SingleFlight(async () => new Assets(await buildConsole(shop)));
  }

  /** A file of the page; undefined when none has this path. @throws Error when the page does not compile. */
  async respond(request: Request, path: string): Promise<Response | undefined> {
    this.#assets ??= await this.#built.run();
    return this.#assets.respond(path === `${CONSOLE_PATH}/` ? CONSOLE_PATH : path, request);
  }
}

/** Builds the page in memory: `/console`, and `/console/…` with names that change with the content. */
async function buildConsole(shop: string): Promise<ReadonlyMap<string, Asset>> {
  const { outputs } = await Bun.build({
    entrypoints: [fileURLToPath(new URL("index.html", CONSOLE))],
    target: "browser",
    minify: true,
    publicPath: `${CONSOLE_PATH}/`,
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const assets = await Promise.all(
    outputs.map(async (output): Promise<readonly [string, Asset]> => {
      const name = output.path.replace(/^\.?\/?/, "");
      const { type: contentType } = output;
      if (name === "index.html") {
        const body = new TextEncoder().encode(titled(await output.text(), shop));
        return [CONSOLE_PATH, { body, contentType }];
      }
      const body = new Uint8Array(await output.arrayBuffer());
      return [`${CONSOLE_PATH}/${name}`, { body, contentType, cacheControl: FOREVER }];
    }),
  );
  return new Map(assets);
}

/** The page shows its title as its heading, too. */
function titled(html: string, shop: string): string {
  return new HTMLRewriter()
    .on("title", { element: (title) => void title.setInnerContent(`${shop} console`) })
    .transform(html);
}
