import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FETCH = fileURLToPath(new URL("fetch-prometheus.sh", import.meta.url));
const FETCHED_DIRECTORY = fileURLToPath(new URL("../../../.cache/prometheus", import.meta.url));

/** Where the programs of Prometheus are. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/**
 * Finds them on the PATH, or fetches them once from Debian's packages, where the machine is a Debian.
 * @throws Error that says what to install.
 */
export async function prometheusPrograms(): Promise<PrometheusPrograms> {
  const [prometheus, promtool] = ["prometheus", "promtool"].map((program) => Bun.which(program));
  if (prometheus && promtool) return { prometheus, promtool };
  const why = (await fetchFromDebian())?.trim();
  const fetched = {
    prometheus: `${FETCHED_DIRECTORY}/prometheus`,
    promtool: `${FETCHED_DIRECTORY}/promtool`,
  };
  if (existsSync(fetched.prometheus)) return fetched;
  throw new Error(
    "The tests of dashboards and alerts need prometheus and promtool on the PATH: install them (apt-get install prometheus, " +
      `brew install prometheus, or https://prometheus.io/download).${why === undefined ? "" : ` Fetching them failed: ${why}`}`,
  );
}

/** Returns what went wrong; nothing when they are there, or when this is no Debian. */
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
