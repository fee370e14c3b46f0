import { join } from "node:path";
import { asyncApi } from "./async-api.ts";
import type { Json } from "./json-schemas.ts";
import { openApi } from "./open-api.ts";
import { API_DOCUMENTS } from "./served-documents.ts";

/** A document of the API: its file, and what this release would write into it. */
export interface ApiDocument {
  readonly file: string;
  readonly content: Json;
}

const TOP = join(import.meta.dir, "../..");

/** The documents of this release's API. */
export function apiDocuments(): readonly ApiDocument[] {
  return [
    { file: API_DOCUMENTS["/v1/openapi.json"], content: openApi() },
    { file: API_DOCUMENTS["/v1/asyncapi.json"], content: asyncApi() },
  ];
}

/** Whether the file says what this release does, in the same order. */
export async function isCurrent({ file, content }: ApiDocument, top = TOP): Promise<boolean> {
  const written = Bun.file(join(top, file));
  return (await written.exists()) && JSON.stringify(await written.json()) === JSON.stringify(content);
}

/** Writes the documents that are not current, formatted as the repository is. Returns their files. */
export async function writeApiDocuments(): Promise<readonly string[]> {
  const written: string[] = [];
  for (const document of apiDocuments()) {
    if (await isCurrent(document)) continue;
    await Bun.write(join(TOP, document.file), `${JSON.stringify(document.content, null, 2)}\n`);
    written.push(document.file);
  }
  if (written.length > 0) Bun.spawnSync([process.execPath, "fmt", "--no-script", ...written], { cwd: TOP });
  return written;
}
