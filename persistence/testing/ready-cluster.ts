import { existsSync } from "node:fs";
import { access, chmod, constants, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { locateBinaries } from "../embedded/binaries.ts";
import { clusterDirectoryOf, openCluster, prepareDirectory } from "../embedded/cluster.ts";
import { INITDB_OPTIONS } from "../embedded/settings.ts";
import { serverUser } from "../embedded/system-user.ts";

const KEPT_DIRECTORY = join(import.meta.dir, "../../.cache");

/**
 * Lays an empty cluster out in `directory`, which is made, for a Postgres or a shop that shall be there soon: a copy of one that is
 * made once on this machine and kept, since `initdb` takes five times as much work. A cluster that is there already stays; where
 * nothing can be kept, whoever starts a server in `directory` makes one.
 */
export async function layOutCluster(directory: string): Promise<void> {
  if (existsSync(clusterDirectoryOf(directory))) return;
  const ready = await readyCluster();
  if (ready === undefined) return;
  await prepareDirectory(directory);
  await run(["cp", "-Rp", `${ready}/.`, directory]);
  await chmod(directory, 0o755);
}

/**
 * Where the cluster is that others are copies of; made when there is none of this Postgres and this user. Undefined where the checkout
 * is another user's, who lets nobody write to it.
 */
async function readyCluster(): Promise<string | undefined> {
  const binaries = await locateBinaries();
  const user = await serverUser();
  const version = await run([binaries.postgres, "--version"]);
  const kind = Bun.hash([version, user?.uid ?? process.getuid?.(), ...INITDB_OPTIONS].join(" ")).toString(36);
  const kept = join(KEPT_DIRECTORY, `postgres-${kind}`);
  if (existsSync(kept)) return kept;
  if (!(await canKeep())) return undefined;
  // Where Postgres' user may enter; the checkout may be in a home of somebody else's.
  const made = await mkdtemp(join(tmpdir(), "stampede-cluster-"));
  await chmod(made, 0o755);
  await openCluster(made, binaries, user);
  await keep(made, kept);
  return kept;
}

/** Moves a cluster to where it is kept, whole or not at all: several processes may have made one. */
async function keep(made: string, kept: string): Promise<void> {
  // Both need not be on one disk.
  const moved = join(KEPT_DIRECTORY, basename(made));
  await run(["cp", "-Rp", made, moved]);
  await rm(made, { recursive: true });
  try {
    await rename(moved, kept);
  } catch (error) {
    await rm(moved, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
}

async function canKeep(): Promise<boolean> {
  try {
    await mkdir(KEPT_DIRECTORY, { recursive: true });
    await access(KEPT_DIRECTORY, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function run(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [output, problem] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${problem.trim()}`);
  return output.trim();
}
