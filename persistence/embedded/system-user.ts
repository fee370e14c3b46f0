import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, parse } from "node:path";

/** The user of the operating system that the server runs as. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const USER_NAME = "postgres";
const OTHERS_ENTER = 0o001;
const GROUP_ENTERS = 0o010;
const OWNER_ENTERS = 0o100;

/**
 * The user to run Postgres as when we are root, since Postgres refuses to run as root: `postgres`, made when missing.
 * Undefined when we are not root: then it runs as ourselves.
 * @throws when the user is missing and cannot be made.
 */
export async function serverUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await lookUp();
  if (existing !== undefined) return existing;
  const made = await run(["useradd", "--system", "--user-group", "--no-create-home", USER_NAME]);
  const user = made.exitCode === 0 ? await lookUp() : undefined;
  if (user === undefined)
    throw new Error(
      `Postgres does not run as root, and a user "${USER_NAME}" could not be made (${made.output.trim()}). ` +
        "Start as a plain user, make that user, or set DATABASE_URL to a Postgres server.",
    );
  return user;
}

/**
 * Checks that `user` may enter every folder above `path`.
 * @throws an error that names the first folder that bars it.
 */
export async function assertReachable(path: string, user: SystemUser, what: string): Promise<void> {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === parse(folder).root) break;
  }
  for (const folder of folders) {
    if (!mayEnter(await stat(folder), user))
      throw new Error(
        `Postgres runs as user "${user.name}" because we are root, and that user cannot enter ${folder}, which ` +
          `${what} is in. Allow it with \`chmod o+x ${folder}\`, use another folder, start as a plain user, or set ` +
          "DATABASE_URL to a Postgres server.",
      );
  }
}

function mayEnter(folder: Stats, user: SystemUser): boolean {
  if (folder.uid === user.uid) return (folder.mode & OWNER_ENTERS) !== 0;
  if (folder.gid === user.gid) return (folder.mode & GROUP_ENTERS) !== 0;
  return (folder.mode & OTHERS_ENTER) !== 0;
}

async function lookUp(): Promise<SystemUser | undefined> {
  const uid = await run(["id", "-u", USER_NAME]);
  const gid = await run(["id", "-g", USER_NAME]);
  if (uid.exitCode !== 0 || gid.exitCode !== 0) return undefined;
  return { name: USER_NAME, uid: Number(uid.output), gid: Number(gid.output) };
}

async function run(command: string[]): Promise<{ readonly exitCode: number; readonly output: string }> {
  try {
    const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
    const [output, problem] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { exitCode: await child.exited, output: output + problem };
  } catch (error) {
    return { exitCode: 127, output: String(error) };
  }
}
