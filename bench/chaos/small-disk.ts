import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { mayMountInNamespace, SMALL_DISK_VARIABLE } from "./mount-namespace.ts";

/** Room for a fresh Postgres, its write-ahead log and the orders of a run. */
export const SMALL_DISK_MEGABYTES = 768;
const PIECES = [16 * 1024 * 1024, 64 * 1024, 4 * 1024, 1];

/** Why no small disk can be made here; undefined when one can. */
export function smallDiskObstacle(): string | undefined {
  if (process.platform !== "linux") return "a small disk is a tmpfs, which only Linux has";
  if (Bun.which("mount") === null) return "the command mount is not there";
  if (isRoot() || isMountedForUs() || mayMountInNamespace()) return undefined;
  return "mounting a small disk takes root, or a system that lets users make namespaces (unshare)";
}

/** Whether this program has to run again where it may mount. */
export function takesNamespace(): boolean {
  return !isRoot() && !isMountedForUs();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function isMountedForUs(): boolean {
  return process.env[SMALL_DISK_VARIABLE] !== undefined;
}

/** A disk in memory that can be filled to the last byte. */
export class SmallDisk {
  readonly path: string;
  readonly #isOurs: boolean;

  private constructor(path: string, isOurs: boolean) {
    this.path = path;
    this.#isOurs = isOurs;
  }

  /** Mounts one at `path`, unless one was mounted for this process. @throws when the system does not allow it. */
  static mount(path: string): SmallDisk {
    const mounted = process.env[SMALL_DISK_VARIABLE];
    if (mounted !== undefined) return new SmallDisk(mounted, false);
    mkdirSync(path);
    run(["mount", "-t", "tmpfs", "-o", `size=${SMALL_DISK_MEGABYTES}m,mode=0755`, "stampede-chaos", path]);
    chmodSync(path, 0o755);
    return new SmallDisk(path, true);
  }

  /** Leaves no byte. */
  fill(): void {
    const file = openSync(this.#ballast, "a");
    try {
      for (const size of PIECES) fillWith(file, new Uint8Array(size));
    } finally {
      closeSync(file);
    }
  }

  /** Gives the space back. */
  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Takes it away; one that was mounted for this process is only emptied. */
  remove(): void {
    // Lazily: a process that still ends there must not keep it.
    if (this.#isOurs) run(["umount", "--lazy", this.path]);
    else for (const name of readdirSync(this.path)) rmSync(join(this.path, name), { recursive: true });
  }

  get #ballast(): string {
    return join(this.path, "ballast");
  }
}

function fillWith(file: number, piece: Uint8Array): void {
  try {
    while (writeSync(file, piece) > 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}

function run(command: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([...command], { stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr.toString().trim()}`);
}
