import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningShop } from "../shop/data-directory.ts";
import { processStartedAt } from "../shop/process-start.ts";

/** Makes a directory look as if a process, which may be gone, had opened a shop on it: its lock, and what it says of itself. */
export function writeOpenNote(directory: string, shop: Partial<RunningShop> = {}): void {
  const note = {
    pid: process.pid,
    port: 7070,
    adminPort: 7071,
    databaseUrl: "postgres://here/shop",
    ...shop,
  };
  mkdirSync(directory, { recursive: true });
  const lock = { pid: note.pid, startedAt: processStartedAt(note.pid) || "before" };
  writeFileSync(join(directory, "shop.lock"), JSON.stringify(lock));
  writeFileSync(join(directory, "shop.json"), JSON.stringify(note));
}
