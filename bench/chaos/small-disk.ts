import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Room for a fresh Postgres, its write-ahead log and the orders of a run. */
const DISK_MEGABYTES = 768;
const PIECES = [16 * 1024 * 1024, 64 * 1024, 4 * 1024, 1];

/** Why no small disk can be made here; undefined when one can. */
export function smallDiskObstacle(): string | undefined {
  if (process.platform !== "linux") return "a small disk is a tmpfs, which only Linux has";
  if (process.getuid?.() !== 0) return "mounting a small disk takes root";
  const path = Bun.which("mount");
  return path === null ? "the command mount is not there" : undefined;
}

/** A disk in memory that can be filled to the last byte. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Mounts one at `path`. @throws when the system does not allow it. */
  static mount(path: string): SmallDisk {
    mkdirSync(path);
    run(["mount", "-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m,mode=0755`, "stampede-chaos", path]);
    chmodSync(path, 0o755);
    return new SmallDisk(path);
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

  unmount(): void {
    // Lazily: a process that still ends there must not keep it.
    run(["umount", "--lazy", this.path]);
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
