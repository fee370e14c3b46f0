/**
 * Asks one page of a node's admin listener, for a container's health check: its image has no curl.
 * Exit code 0 when the page answers 2xx; otherwise 1, with what it said.
 */
const [url = ""] = process.argv.slice(2);
const TIMEOUT_MS = 2_500;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  process.stdout.write(await answer.text());
  process.exit(answer.ok ? 0 : 1);
} catch (error) {
  process.stdout.write(`${url}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
