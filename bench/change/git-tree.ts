import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A revision's files, beside those that are being worked on. */
export interface GitTree {
  readonly directory: string;
  readonly commit: string;
  /** Removes the files. */
  remove(): void;
}

/** What git says to a question, without the line's end; undefined when it says that there is no answer. */
export function askGit(directory: string, ...question: readonly string[]): string | undefined {
  const { exitCode, stdout } = Bun.spawnSync(["git", "-C", directory, ...question], { stderr: "ignore" });
  return exitCode === 0 ? stdout.toString().trim() : undefined;
}

/**
 * The commit that a change is compared with unless another is named: where it left the main branch, or, on that branch, the one
 * before. Undefined when the clone does not have it.
 */
export function baseOf(directory: string): string | undefined {
  const head = askGit(directory, "rev-parse", "HEAD");
  const isChanged = askGit(directory, "status", "--porcelain", "--untracked-files=no") !== "";
  const fork = askGit(directory, "merge-base", "HEAD", "origin/HEAD");
  if (fork !== undefined && (fork !== head || isChanged)) return fork;
  return isChanged ? head : askGit(directory, "rev-parse", "--verify", "--quiet", "HEAD^");
}

/**
 * Puts the files of a commit into a temporary directory, with the dependencies that its lock file names: those of `directory`
 * when they are the same, else fetched.
 * @throws when git or the package manager cannot do it.
 */
export function checkOut(directory: string, commit: string): GitTree {
  const target = mkdtempSync(join(tmpdir(), "stampede-base-"));
  const remove = (): void => {
    rmSync(target, { recursive: true, force: true });
  };
  try {
    const archive = Bun.spawnSync(["git", "-C", directory, "archive", "--format=tar", commit]);
    if (!archive.success)
      throw new Error(`git has no files of ${commit}: ${archive.stderr.toString().trim()}`);
    run(["tar", "-x", "-C", target], archive.stdout);
    provide(directory, target);
    return { directory: target, commit, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function provide(from: string, to: string): void {
  const modules = join(from, "node_modules");
  const isSame = readFileSync(join(from, "bun.lock")).equals(readFileSync(join(to, "bun.lock")));
  if (isSame && existsSync(modules)) return symlinkSync(modules, join(to, "node_modules"));
  run([process.execPath, "install", "--frozen-lockfile", "--cwd", to]);
}

function run(command: readonly string[], input?: Uint8Array): void {
  const { success, stderr } = Bun.spawnSync([...command], { stdin: input ?? "ignore" });
  if (!success) throw new Error(`${command.join(" ")} failed: ${stderr.toString().trim()}`);
}
