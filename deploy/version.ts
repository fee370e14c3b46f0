import { z } from "zod";

/** The release that this is, from package.json. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(await Bun.file(new URL("../package.json", import.meta.url)).json()).version;
