import { chmodSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names the small disk that was mounted for this process by {@link runWithSmallDisk}. */
export const SMALL_DISK_VARIABLE = "STAMPEDE_CHAOS_SMALL_DISK";

const AS_ROOT_OF_A_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"];

/** Whether a user who is not root may mount something for its own processes here. */
export function mayMountInNamespace(): boolean {
  if (Bun.which("unshare") === null) return false;
  return Bun.spawnSync([...AS_ROOT_OF_A_NAMESPACE, "true"]).exitCode === 0;
}

/**
 * Runs this program again, as the same user, where a small disk is mounted that only it and its processes see; the system
 * takes it away with the last of them. Returns the exit code.
 */
export async function runWithSmallDisk(megabytes: number, args: readonly string[]): Promise<number> {
  const path = mkdtempSync(join(tmpdir(), "stampede-chaos-disk-"));
  chmodSync(path, 0o755);
  const size = `size=${megabytes}m,mode=0755`;
  // Mounting takes the namespace's root, and Postgres refuses to run as root: a second namespace makes it a user again.
  const script = 'mount -t tmpfs -o "$0" stampede-chaos "$1" && shift && exec unshare --user "$@"';
  const user = [`--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`];
  const program = [process.execPath, Bun.main, ...args];
  const child = Bun.spawn([...AS_ROOT_OF_A_NAMESPACE, "sh", "-c", script, size, path, ...user, ...program], {
    stdio: ["inherit", "inherit", "inherit"],
    env: { ...process.env, [SMALL_DISK_VARIABLE]: path },
  });
  // Ctrl-C reaches it as well; this process ends with it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  try {
    return await child.exited;
  } finally {
    rmdirSync(path);
  }
}
