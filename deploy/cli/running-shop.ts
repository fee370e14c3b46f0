import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { RunningShop } from "../shop/data-directory.ts";

const noteSchema = z.object({
  pid: z.int(),
  port: z.int(),
  adminPort: z.int(),
  adminHost: z.string().default("127.0.0.1"),
  databaseUrl: z.string(),
});

/** What the shop that is open on a data directory says about itself; undefined when none is. */
export function readRunningShop(dataDirectory: string): RunningShop | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDirectory, "shop.json"), "utf8");
  } catch {
    return undefined;
  }
  const note = noteSchema.parse(JSON.parse(text));
  // A shop that was killed leaves its note behind.
  return isRunning(note.pid) ? note : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
