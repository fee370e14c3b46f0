import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A server that tests and benches start, and that is no part of this repository. */
export interface ServerProgram {
  /** Of the program itself, as it is called on the PATH. */
  readonly name: string;
  /** Packages of Debian that it is in. */
  readonly packages: readonly string[];
  /** How a person gets it. */
  readonly installation: string;
}

const FETCH = fileURLToPath(new URL("fetch-from-debian.sh", import.meta.url));
const FETCHED_DIRECTORY = fileURLToPath(new URL("../../.cache", import.meta.url));

/**
 * Where a server's program is: on the PATH, or fetched once from Debian's packages, where the machine is a Debian.
 * @throws Error that says what to install.
 */
export async function findServerProgram(program: ServerProgram): Promise<string> {
  const { name, installation } = program;
  const directory = `${FETCHED_DIRECTORY}/${name}`;
  const fetched = `${directory}/${name}`;
  // Debian installs servers where the path of root alone leads.
  const found = Bun.which(name) ?? [`/usr/sbin/${name}`, fetched].find((place) => existsSync(place));
  if (found !== undefined) return found;
  const why = (await fetchFromDebian(program, directory))?.trim();
  if (existsSync(fetched)) return fetched;
  throw new Error(
    `There is no ${name} on this machine: install it (${installation}) so that it is on the PATH.` +
      (why === undefined ? "" : ` Fetching it failed: ${why}`),
  );
}

/** Returns what went wrong; nothing when it is there, or when this is no Debian. */
async function fetchFromDebian(
  { name, packages }: ServerProgram,
  directory: string,
): Promise<string | undefined> {
  if (!["apt-get", "dpkg-deb", "flock"].every((tool) => Bun.which(tool) !== null)) return undefined;
  const fetching = Bun.spawn(["sh", FETCH, directory, name, ...packages], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const [said, exitCode] = await Promise.all([new Response(fetching.stderr).text(), fetching.exited]);
  return exitCode === 0 ? undefined : said;
}
