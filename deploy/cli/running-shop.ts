import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../config.ts";
import { DataDirectory, type RunningShop } from "../shop/data-directory.ts";

const noteSchema = z.object({
  pid: z.int(),
  host: z.string().default("127.0.0.1"),
  port: z.int(),
  adminPort: z.int(),
  adminHost: z.string().default("127.0.0.1"),
  databaseUrl: z.string(),
});

/**
 * What the shop that is open on a data directory says about itself; undefined when none is.
 * @throws {ConfigError} when there may be one, and what it says cannot be read.
 */
export function readRunningShop(dataDirectory: string): RunningShop | undefined {
  const file = join(dataDirectory, "shop.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ConfigError(`--data: ${file} cannot be read (${code})`, { cause: error });
  }
  const note = noteOf(text);
  if (note === undefined) throw new ConfigError(`--data: ${file} cannot be read: it is no note of a shop`);
  // A shop that was killed leaves its note behind, and its number may be another program's by now.
  return DataDirectory.holder(dataDirectory) === note.pid ? note : undefined;
}

function noteOf(text: string): RunningShop | undefined {
  try {
    return noteSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
