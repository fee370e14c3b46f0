import type { Log } from "../../engine/ports/log.ts";
import { EXPOSITION_TYPE, formatExposition } from "./exposition.ts";
import { runHealthChecks, type HealthCheck } from "./health.ts";
import type { MetricSample } from "./metric-sample.ts";

// Below the usual timeouts of probes (1 s) and scrapes (10 s), so that the reason is told and not only a timeout.
const HEALTH_DEADLINE_MS = 800;
const METRICS_DEADLINE_MS = 5_000;

/** What operators' tools can ask of a node. */
export interface AdminListenerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Loopback unless probes come from elsewhere: nothing here asks who you are. */
  readonly hostname?: string;
  readonly health: readonly HealthCheck[];
  readonly metrics: () => Promise<readonly MetricSample[]>;
  readonly log: Log;
}

/** A listener that serves. */
export interface AdminListener {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Serves `/livez` (this process turns), `/readyz` (send shoppers here; with `?verbose` each check and its reason) and
 * `/metrics` (Prometheus).
 * @throws when the port is taken.
 */
export async function startAdminListener(options: AdminListenerOptions): Promise<AdminListener> {
  const server = Bun.serve({
    port: options.port,
    hostname: options.hostname ?? "127.0.0.1",
    fetch: (request) => respond(request, options),
    error(error) {
      options.log.error({ err: error }, "the admin listener could not answer");
      return text(500, "the answer could not be made; see the log");
    },
  });
  const { port } = server;
  if (port === undefined) throw new Error("the admin listener has no port");
  return { port, stop: () => server.stop(true) };
}

async function respond(request: Request, options: AdminListenerOptions): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const route = ROUTES.get(pathname);
  if (route === undefined) return text(404, `no such page; there are ${[...ROUTES.keys()].join(", ")}`);
  if (request.method !== "GET" && request.method !== "HEAD") {
    return text(405, `${pathname} is only read`, { Allow: "GET, HEAD" });
  }
  return route(options, searchParams);
}

type Route = (options: AdminListenerOptions, parameters: URLSearchParams) => Promise<Response> | Response;

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/livez", () => text(200, "ok")],
  ["/readyz", readiness],
  ["/metrics", scrape],
]);

async function readiness({ health }: AdminListenerOptions, parameters: URLSearchParams): Promise<Response> {
  const results = await runHealthChecks(health, HEALTH_DEADLINE_MS);
  const failed = results.filter(({ failure }) => failure !== undefined);
  const shown = parameters.has("verbose") ? results : failed;
  const lines = shown.map(({ name, failure }) =>
    failure === undefined ? `${name} ok` : `${name} failed ${failure}`,
  );
  return text(
    failed.length === 0 ? 200 : 503,
    [...lines, failed.length === 0 ? "ready" : "not ready"].join("\n"),
  );
}

async function scrape({ metrics, log }: AdminListenerOptions): Promise<Response> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no numbers within ${METRICS_DEADLINE_MS} ms`)),
    METRICS_DEADLINE_MS,
  );
  try {
    const samples = await Promise.race([late.promise, metrics()]);
    return text(200, formatExposition(samples), { "Content-Type": EXPOSITION_TYPE });
  } catch (error) {
    log.warn({ err: error }, "metrics could not be collected");
    return text(503, "the threads did not give their numbers; see the log");
  } finally {
    clearTimeout(timer);
  }
}

function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(body.endsWith("\n") ? body : `${body}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...headers },
  });
}
