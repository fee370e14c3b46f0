import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FETCH = fileURLToPath(new URL("fetch-nats-server.sh", import.meta.url));
const FETCHED_DIRECTORY = fileURLToPath(new URL("../../../.cache/nats-server", import.meta.url));
const FETCHED = `${FETCHED_DIRECTORY}/nats-server`;
// Debian installs it here, which is on the path of root only.
const INSTALLED = "/usr/sbin/nats-server";

/**
 * Where nats-server is: on the PATH, or fetched once from Debian's packages, where the machine is a Debian.
 * @throws Error that says what to install.
 */
export async function natsProgram(): Promise<string> {
  const found = Bun.which("nats-server") ?? [INSTALLED, FETCHED].find((place) => existsSync(place));
  if (found !== undefined) return found;
  const why = (await fetchFromDebian())?.trim();
  if (existsSync(FETCHED)) return FETCHED;
  throw new Error(
    "There is no nats-server on this machine: install it (apt-get install nats-server, brew install nats-server, or " +
      `https://nats.io/download) so that it is on the PATH.${why === undefined ? "" : ` Fetching it failed: ${why}`}`,
  );
}

/** Returns what went wrong; nothing when it is there, or when this is no Debian. */
async function fetchFromDebian(): Promise<string | undefined> {
  if (!["apt-get", "dpkg-deb", "flock"].every((program) => Bun.which(program) !== null)) return undefined;
  const fetching = Bun.spawn(["sh", FETCH, FETCHED_DIRECTORY], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const [said, exitCode] = await Promise.all([new Response(fetching.stderr).text(), fetching.exited]);
  return exitCode === 0 ? undefined : said;
}
