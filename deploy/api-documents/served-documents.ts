import type { Asset } from "../../gateway/server/assets.ts";

/** Where a document of the API is in the repository, by the address under which a shop has it. */
export const API_DOCUMENTS = {
  "/v1/openapi.json": "docs/openapi.json",
  "/v1/asyncapi.json": "docs/asyncapi.json",
} as const;

const TOP = new URL("../../", import.meta.url);

/** The documents of the API as files of the gateway, for programs that find a shop by its address alone. */
export async function servedDocuments(): Promise<ReadonlyMap<string, Asset>> {
  const assets = Object.entries(API_DOCUMENTS).map(async ([path, file]): Promise<[string, Asset]> => [
    path,
    {
      body: await Bun.file(new URL(file, TOP)).bytes(),
      contentType: "application/json; charset=utf-8",
      // They change with a release only.
      cacheControl: "public, max-age=300",
    },
  ]);
  return new Map(await Promise.all(assets));
}
