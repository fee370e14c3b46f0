import type { Log } from "../../engine/ports/log.ts";
import { SingleFlight } from "../single-flight.ts";
import type { AdminApi } from "./api/admin-api.ts";
import { OPERATION_STREAM_TYPE } from "./api/operation-stream.ts";
import { EXPOSITION_TYPE, formatExposition } from "./exposition.ts";
import { healthMetrics } from "./health-metrics.ts";
import { runHealthChecks, type HealthCheck } from "./health.ts";
import type { MetricSample } from "./metric-sample.ts";

// Below the usual timeouts of probes (1 s) and scrapes (10 s), so that the reason is told and not only a timeout.
const HEALTH_DEADLINE_MS = 800;
const METRICS_DEADLINE_MS = 5_000;
// Above the time that a coordinator may take to answer, and above the longest silence of a stream: who is cut off does not read.
const IDLE_SECONDS_MAX = 30;
const BODY_BYTES_MAX = 1_048_576;

/** What operators' tools can ask of a node. */
export interface AdminListenerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Loopback unless probes and operators come from elsewhere. Health and metrics ask nobody who they are. */
  readonly hostname?: string;
  /** The parts that have to work by now: there are fewer while the node starts. The same check is the same object. */
  readonly health: () => readonly HealthCheck[];
  readonly metrics: () => Promise<readonly MetricSample[]>;
  /** What operators can see and change under `/v1`; without it nothing is there. */
  readonly api?: AdminApi;
  /** The page that shows the shop to operators, under `/console`; without it nothing is there. */
  readonly page?: (request: Request, path: string) => Promise<Response | undefined>;
  /** How long nothing may pass on a connection: 30 seconds unless told. */
  readonly idleSecondsMax?: number;
  readonly log: Log;
}

/** A listener that serves. */
export interface AdminListener {
  readonly port: number;
  stop(): Promise<void>;
}

/** What a request is answered from. */
type Sources = Pick<AdminListenerOptions, "health" | "metrics" | "api" | "page" | "log">;

/**
 * Serves `/livez` (this process turns), `/readyz` (send shoppers here; with `?verbose` each check and its reason),
 * `/metrics` (Prometheus), `/console` (a page that shows the shop), and `/v1` (shards, nodes and operations, and what the page shows, for
 * those who have the token).
 * @throws when the port is taken.
 */
export async function startAdminListener(options: AdminListenerOptions): Promise<AdminListener> {
  const answer = adminAnswers(options);
  const server = Bun.serve({
    port: options.port,
    hostname: options.hostname ?? "127.0.0.1",
    idleTimeout: options.idleSecondsMax ?? IDLE_SECONDS_MAX,
    maxRequestBodySize: BODY_BYTES_MAX,
    fetch: answer,
    error(error) {
      options.log.error({ err: error }, "the admin listener could not answer");
      return text(500, "the answer could not be made; see the log");
    },
  });
  const { port } = server;
  if (port === undefined) throw new Error("the admin listener has no port");
  return { port, stop: () => server.stop(true) };
}

/** What every request is answered with. However many ask, each check and the numbers are under way once at most. */
export function adminAnswers(options: Sources): (request: Request) => Promise<Response> {
  const metrics = new SingleFlight(options.metrics);
  const flights = new WeakMap<HealthCheck, SingleFlight<string | undefined>>();
  const shared = (check: HealthCheck): HealthCheck => {
    const flight = flights.get(check) ?? new SingleFlight(() => check.check());
    flights.set(check, flight);
    return { name: check.name, check: () => flight.run() };
  };
  const sources: Sources = {
    ...options,
    health: () => options.health().map(shared),
    metrics: () => metrics.run(),
  };
  return async (request) => {
    // Simple probes speak HTTP/1.0, and name no host.
    const url = URL.parse(request.url, "http://localhost");
    if (url === null) return text(400, "the Host header is none");
    const { api, page } = options;
    const shown = /^\/console(\/|$)/.test(url.pathname) ? await page?.(request, url.pathname) : undefined;
    if (shown !== undefined) return shown;
    if (api === undefined || !url.pathname.startsWith("/v1/")) return respond(request, url, sources);
    const response = await api.respond(request, url);
    const isStream = response.headers.get("content-type") === OPERATION_STREAM_TYPE;
    if (request.method !== "HEAD" || !isStream) return response;
    // Nobody would read the stream to its end, nor leave it.
    await response.body?.cancel();
    return new Response(null, response);
  };
}

async function respond(
  request: Request,
  { pathname, searchParams }: URL,
  options: Sources,
): Promise<Response> {
  const route = ROUTES.get(pathname);
  if (route === undefined) {
    const pages = [...ROUTES.keys(), ...(options.page === undefined ? [] : ["/console"])];
    return text(404, `no such page; there are ${pages.join(", ")}`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return text(405, `${pathname} is only read`, { Allow: "GET, HEAD" });
  }
  return route(options, searchParams);
}

type Route = (options: Sources, parameters: URLSearchParams) => Promise<Response> | Response;

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/livez", () => text(200, "ok")],
  ["/readyz", readiness],
  ["/metrics", scrape],
]);

async function readiness({ health }: Sources, parameters: URLSearchParams): Promise<Response> {
  const results = await runHealthChecks(health(), HEALTH_DEADLINE_MS);
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

async function scrape({ health, metrics, api, log }: Sources): Promise<Response> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no numbers within ${METRICS_DEADLINE_MS} ms`)),
    METRICS_DEADLINE_MS,
  );
  try {
    const checked = runHealthChecks(health(), HEALTH_DEADLINE_MS);
    const samples = await Promise.race([late.promise, metrics()]);
    const all = [...samples, ...healthMetrics(await checked), ...(api?.metrics() ?? [])];
    return text(200, formatExposition(all), { "Content-Type": EXPOSITION_TYPE });
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
