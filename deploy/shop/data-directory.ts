import { Database } from "bun:sqlite";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../config.ts";
import { processStartedAt } from "./process-start.ts";

/** What a running shop tells the commands that work with it; the file is there while the shop is open for orders. */
export interface RunningShop {
  readonly pid: number;
  /** Address of the storefront and the API. */
  readonly host: string;
  readonly port: number;
  readonly adminPort: number;
  /** Address of the admin listener. */
  readonly adminHost: string;
  readonly databaseUrl: string;
}

/** Where a data directory keeps the token that lets operators in. */
export const ADMIN_TOKEN_FILE = "admin-token";

/** Where a data directory keeps the secret that signs sessions. */
export const SECRET_FILE = "secret";

/** Where a restore that is under way, or was killed, has its database. */
export const RESTORING_DIRECTORY = "restoring";

const GUARD_MS_MAX = 5_000;

/** `place` is the directory that was locked: a copy of it, made while it was open, has the same lock. */
const lockSchema = z.object({ pid: z.int(), startedAt: z.string(), place: z.string().optional() });

/** The directory of one shop: its lock, its secret, its embedded database and the note about its running process. */
export class DataDirectory {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens the directory for this process alone, making it when it is missing. A lock of a process that is gone (after a
   * crash) is taken over.
   * @throws {ConfigError} when it cannot be written or another shop runs on it.
   */
  static open(path: string): DataDirectory {
    const directory = new DataDirectory(path);
    try {
      mkdirSync(path, { recursive: true });
      directory.#lock();
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw new ConfigError(`--data: the directory ${path} cannot be written: ${reason(error)}`, {
        cause: error,
      });
    }
    return directory;
  }

  /** The process that has a directory open; undefined when none has. */
  static holder(path: string): number | undefined {
    const directory = new DataDirectory(path);
    return directory.#holder();
  }

  get databaseDirectory(): string {
    return join(this.path, "postgres");
  }

  /** Where a restore makes the database, before it is the shop's. */
  get restoringDirectory(): string {
    return join(this.path, RESTORING_DIRECTORY);
  }

  /** Removes the shop, with its sessions: the next start begins with an empty one. Its database must not run. */
  empty(): void {
    rmSync(this.databaseDirectory, { recursive: true, force: true });
    rmSync(this.#secretFile, { force: true });
    rmSync(this.#noteFile, { force: true });
  }

  /** The secret that signs sessions; made on first use, readable by its owner only. */
  secret(): string {
    return madeOnFirstUse(this.#secretFile);
  }

  /** The token that lets operators in; made on first use, readable by its owner only. */
  adminToken(): string {
    return madeOnFirstUse(join(this.path, ADMIN_TOKEN_FILE));
  }

  /** Tells other commands where the shop is. They see the note whole, or the one before it. */
  announce(shop: RunningShop): void {
    writeWhole(this.#noteFile, `${JSON.stringify(shop, undefined, 2)}\n`);
  }

  /** Gives the directory back. */
  close(): void {
    rmSync(this.#noteFile, { force: true });
    rmSync(this.#lockFile, { force: true });
  }

  get #noteFile(): string {
    return join(this.path, "shop.json");
  }

  get #secretFile(): string {
    return join(this.path, SECRET_FILE);
  }

  get #lockFile(): string {
    return join(this.path, "shop.lock");
  }

  /**
   * One start at a time looks at the lock: of two that find the same stale one, the second must not remove what the first
   * has put in its place. The guard is a lock of the operating system on a file (SQLite knows how, everywhere), so it ends
   * with its process and cannot become stale itself.
   */
  #lock(): void {
    const guard = new Database(join(this.path, "shop.lock.guard"));
    try {
      guard.run(`pragma busy_timeout = ${GUARD_MS_MAX}`);
      guard.run("begin exclusive");
      this.#lockGuarded();
    } finally {
      guard.close();
    }
  }

  /** A lock is a file that appears whole (by a hard link) or not at all. */
  #lockGuarded(): void {
    const mine = join(this.path, `shop.lock.${process.pid}`);
    const { pid } = process;
    writeFileSync(mine, JSON.stringify({ pid, startedAt: processStartedAt(pid), place: placeOf(this.path) }));
    try {
      if (this.#tryLink(mine)) return;
      const holder = this.#holder();
      if (holder !== undefined) {
        throw new ConfigError(
          `--data: a shop already runs on ${this.path} (process ${holder}). Stop it first, or give this one another --data and --port.`,
        );
      }
      rmSync(this.#lockFile, { force: true });
      rmSync(this.#noteFile, { force: true });
      if (!this.#tryLink(mine)) {
        throw new ConfigError(`--data: another shop is starting on ${this.path} at this moment`);
      }
    } finally {
      unlinkSync(mine);
    }
  }

  #tryLink(mine: string): boolean {
    try {
      linkSync(mine, this.#lockFile);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
  }

  /** The process that holds the lock, if it is still the one that took it (ids are used again). */
  #holder(): number | undefined {
    const parsed = lockSchema.safeParse(parseJson(textOf(this.#lockFile)));
    if (!parsed.success) return undefined;
    const { pid, startedAt, place } = parsed.data;
    if (place !== undefined && place !== placeOf(this.path)) return undefined;
    return processStartedAt(pid) === startedAt ? pid : undefined;
  }
}

/** What names a directory on this machine, whatever it is called. */
function placeOf(directory: string): string {
  const { dev, ino } = statSync(directory, { bigint: true });
  return `${dev}:${ino}`;
}

/** A file with 32 random bytes in hexadecimal digits. One that is empty, as a full disk or a crash has left it, is made again. */
function madeOnFirstUse(file: string): string {
  const made = textOf(file).trim();
  if (made !== "") return made;
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
  writeWhole(file, random);
  return random;
}

/** Writes a file that is its owner's alone, and is never seen half written. */
function writeWhole(file: string, text: string): void {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, text, { mode: 0o600 });
  renameSync(written, file);
}

/** What a file holds; empty when there is none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
