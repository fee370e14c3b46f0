import { randomBytes } from "node:crypto";
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PostgresBinaries } from "./binaries.ts";
import { removeLeftovers } from "./leftovers.ts";
import { INITDB_OPTIONS, POSTGRES_MAJOR } from "./settings.ts";
import type { SystemUser } from "./system-user.ts";

/** The files of an embedded server. */
export interface Cluster {
  /** Postgres' own data directory. */
  readonly directory: string;
  readonly password: string;
  /** What the server writes on its standard error. */
  readonly logPath: string;
}

const NEW_CLUSTER_PREFIX = "postgres.new-";
const PASSWORD_BYTES = 24;

/** Where Postgres keeps its own data below `directory`. */
export function clusterDirectoryOf(directory: string): string {
  return join(directory, "postgres");
}

/**
 * Opens the cluster in `directory`, made first when there is none.
 * @throws an error that names the folder when it cannot be read or written, or holds a cluster of another version.
 */
export async function openCluster(
  directory: string,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
): Promise<Cluster> {
  const clusterDirectory = clusterDirectoryOf(directory);
  const passwordPath = join(directory, "postgres.password");
  const version = await versionOf(clusterDirectory);
  if (version === undefined) await create(directory, clusterDirectory, passwordPath, binaries, user);
  else if (version !== POSTGRES_MAJOR)
    throw new Error(
      `${clusterDirectory} was made by Postgres ${version}, this one is ${POSTGRES_MAJOR}. ` +
        "Use the release that made it, or another data directory.",
    );
  return {
    directory: clusterDirectory,
    password: await readPassword(passwordPath),
    logPath: join(directory, "postgres.log"),
  };
}

/** Makes `directory` and checks that we can write in it. */
export async function prepareDirectory(directory: string): Promise<void> {
  const probe = join(directory, `.writable-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (cause) {
    throw new Error(
      `The data directory ${directory} cannot be written (${codeOf(cause)}). Choose another one.`,
      { cause },
    );
  }
}

/**
 * The version of a cluster; undefined when there is none. A new one has a new password, which would lock out whoever goes on
 * with the old one: it is made only where nothing is.
 */
async function versionOf(clusterDirectory: string): Promise<string | undefined> {
  try {
    const files = await readdir(clusterDirectory);
    if (files.length === 0) return undefined;
    if (files.includes("PG_VERSION"))
      return (await readFile(join(clusterDirectory, "PG_VERSION"), "utf8")).trim();
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw new Error(
      `${clusterDirectory} cannot be read (${codeOf(cause)}). Start as the user who made it, or use another data directory.`,
      { cause },
    );
  }
  throw new Error(
    `${clusterDirectory} holds files, but no PG_VERSION. Put it back, or use another data directory.`,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

async function create(
  directory: string,
  clusterDirectory: string,
  passwordPath: string,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
): Promise<void> {
  await removeLeftovers(directory, NEW_CLUSTER_PREFIX);
  await writePassword(passwordPath, user);
  // Made under another name first: a start that is killed half way leaves nothing that looks like a cluster.
  const unfinished = join(directory, `${NEW_CLUSTER_PREFIX}${randomBytes(4).toString("hex")}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== undefined) await chown(unfinished, user.uid, user.gid);
  const child = Bun.spawn(
    [binaries.initdb, "--pgdata", unfinished, "--pwfile", passwordPath, ...INITDB_OPTIONS],
    {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    },
  );
  const [output, problem] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) !== 0)
    throw new Error(`Postgres could not make a database in ${directory}: ${(problem || output).trim()}`);
  await rename(unfinished, clusterDirectory);
}

async function writePassword(path: string, user: SystemUser | undefined): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, randomBytes(PASSWORD_BYTES).toString("base64url"), { mode: 0o600, flag: "wx" });
  // `initdb` reads it as that user; root can read it all the same.
  if (user !== undefined) await chown(path, user.uid, user.gid);
}

async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    throw new Error(`The password of the embedded Postgres cannot be read from ${path}. Put the file back.`, {
      cause,
    });
  }
}
