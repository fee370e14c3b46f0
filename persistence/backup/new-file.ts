import { link, open, readdir, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isAlive } from "../embedded/postmaster.ts";
import { BEGINNING } from "./backup-format.ts";

const UNFINISHED = `.unfinished-${hostname()}-`;
/** File systems without hard links say one of these. */
const NO_LINKS: ReadonlySet<unknown> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** There is something of that name, which stays as it is. */
export class FileExists extends Error {
  override readonly name = "FileExists";
}

/** A file that is there whole, on the disk, or not at all; its owner's alone, and never in place of another one. */
export class NewFile {
  readonly path: string;
  readonly #unfinished: string;
  readonly #file: FileHandle;

  private constructor(path: string, unfinished: string, file: FileHandle) {
    this.path = path;
    this.#unfinished = unfinished;
    this.#file = file;
  }

  /**
   * @throws {FileExists} when there is one of that name.
   * @throws an error that names it when it cannot be made.
   */
  static async create(path: string): Promise<NewFile> {
    await assertFree(path);
    const unfinished = `${path}${UNFINISHED}${process.pid}`;
    const file = await telling(path, () => open(unfinished, "wx", 0o600));
    return new NewFile(path, unfinished, file);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await telling(this.path, async () => {
      for (let written = 0; written < bytes.length;)
        written += (await this.#file.write(bytes, written)).bytesWritten;
    });
  }

  /** Has it on the disk under its name. */
  async finish(): Promise<void> {
    await telling(this.path, async () => {
      await this.#file.sync();
      await this.#file.close();
      await this.#giveName();
      const directory = await open(dirname(this.path), "r");
      try {
        await directory.sync();
      } finally {
        await directory.close();
      }
    });
  }

  /** Leaves nothing of it. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#unfinished, { force: true });
  }

  async #giveName(): Promise<void> {
    try {
      // Fails where somebody has made a file of that name meanwhile; renaming would replace it.
      await link(this.#unfinished, this.path);
      await rm(this.#unfinished);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && NO_LINKS.has(error.code))) throw error;
      await assertFree(this.path);
      await rename(this.#unfinished, this.path);
    }
  }
}

/** Removes what processes of this machine that were killed have left in a folder. Returns the names. */
export async function removeUnfinished(folder: string): Promise<readonly string[]> {
  const left: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid] = name.split(UNFINISHED);
    if (pid === undefined || !/^\d+$/.test(pid) || isAlive(Number(pid))) continue;
    const path = join(folder, name);
    if (!(await isOurs(path))) continue;
    await rm(path, { force: true });
    left.push(name);
  }
  return left;
}

/** It begins as a backup does, as far as it goes. */
async function isOurs(path: string): Promise<boolean> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return false;
  try {
    const beginning = Buffer.alloc(BEGINNING.length);
    const { bytesRead } = await file.read(beginning, 0, beginning.length, 0);
    return beginning.subarray(0, bytesRead).equals(BEGINNING.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function assertFree(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined) throw exists(path);
}

function exists(path: string): FileExists {
  return new FileExists(`${path} is there already, and stays as it is: name another file`);
}

async function telling<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof FileExists) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "EEXIST") throw exists(path);
    const folder = code === "ENOENT" ? `: there is no folder ${dirname(path)}` : "";
    throw new Error(`${basename(path)} cannot be written (${code})${folder}`, { cause: error });
  }
}
