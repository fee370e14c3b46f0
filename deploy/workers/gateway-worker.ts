import * as Comlink from "comlink";
import { LinkDispatcher, defaultDispatcherLimits } from "../../engine/routing/link-dispatcher.ts";
import { assert } from "../../engine/contract/assert.ts";
import { parseLanePlace } from "../../engine/routing/lane-place.ts";
import { unknownPlacement } from "../../engine/routing/placement.ts";
import type { Catalogue } from "../../engine/ports/catalogue.ts";
import type { CommandTime } from "../../gateway/server/command-times.ts";
import type { CounterValues } from "../../gateway/server/counters.ts";
import { startGateway, type Gateway } from "../../gateway/server/gateway.ts";
import type { Asset } from "../../gateway/server/assets.ts";
import { postgresCatalogue } from "../../persistence/postgres/catalogue.ts";
import type { ClusterConfig } from "../cluster-config.ts";
import type { LogLevel } from "../config.ts";
import { createLog } from "../logging/log.ts";
import { faultAt, publicPlace } from "../shop/listening.ts";
import { loadPageComponents } from "../page-components.ts";
import { PAGE_TEMPLATE } from "../storefront-assets.ts";
import { StorefrontPage } from "../storefront-page.ts";
import { StorefrontPages } from "../storefront-pages.ts";
import { systemClock } from "../system-clock.ts";
import { LaneLinks, type BusStatistics } from "./lane-links.ts";
import type { RouterControl } from "./router-control.ts";
import { connectBus, connected } from "./thread-bus.ts";

/** What a gateway thread is told when it starts. */
export interface GatewaySettings {
  readonly node: string;
  readonly gateway: number;
  readonly port: number;
  readonly host: string;
  /** Several gateway threads share one port. */
  readonly reusePort: boolean;
  readonly shardCount: number;
  readonly databaseUrl: string;
  /** The cluster that the node is in; a shop that is alone has none. */
  readonly cluster: ClusterConfig | undefined;
  readonly secret: string;
  readonly tenant: string;
  readonly shopId: string;
  /** What the shop is called on its pages. */
  readonly shopName: string;
  readonly allowedOrigins: readonly string[];
  readonly secureCookies: boolean;
  /** Most open sockets. */
  readonly socketsMax: number;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly logLevel: LogLevel;
  /** Ports to the lanes of the node, by lane. */
  readonly lanes: readonly MessagePort[];
}

/** What the supervisor can ask a gateway thread. */
export interface GatewayControl extends RouterControl {
  /** Starts to listen; returns the port. `doubted` is told when the placement that is known here may be an old one. */
  open(settings: GatewaySettings, doubted: () => void): Promise<number>;
  statistics(): GatewayStatistics;
  /** Undefined in a shop that is alone. */
  busStatistics(): BusStatistics | undefined;
  /** Tells the clients to come back later and closes their sockets within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Numbers of one gateway thread since it started. */
export interface GatewayStatistics {
  readonly gateway: number;
  readonly counters: CounterValues;
  readonly commandTimes: readonly CommandTime[];
  /** Commands and reads that wait for a lane. */
  readonly outstanding: number;
}

interface Running {
  readonly number: number;
  readonly gateway: Gateway;
  readonly dispatcher: LinkDispatcher;
  readonly links: LaneLinks;
  readonly close: () => Promise<void>;
}

let started: Running | undefined;

function running(): Running {
  assert(started !== undefined, "the gateway is open");
  return started;
}

const control: GatewayControl = {
  async open(settings, doubted) {
    started = await start(settings, doubted);
    return started.gateway.port;
  },

  apply(placement) {
    running().dispatcher.apply(placement);
  },

  hold: (shards, move) => running().dispatcher.router.hold(shards, move),
  release: (shards, move) => running().dispatcher.router.release(shards, move),

  statistics() {
    const { number, gateway, dispatcher } = running();
    return {
      gateway: number,
      counters: gateway.counters(),
      commandTimes: gateway.commandTimes(),
      outstanding: dispatcher.outstanding,
    };
  },

  busStatistics: () => running().links.statistics,

  async stop(graceMs) {
    if (started === undefined) return;
    await started.gateway.stop(graceMs);
    started.dispatcher.stop();
    await started.close();
  },
};

async function start(settings: GatewaySettings, doubted: () => void): Promise<Running> {
  const { node, gateway: number, shardCount, databaseUrl, cluster, lanes, logLevel } = settings;
  const log = createLog({ thread: `gateway-${number}`, level: logLevel });
  const catalogue = postgresCatalogue(databaseUrl);
  const thread = { node, role: "gateway", number } as const;
  const bus = cluster && connectBus(cluster, thread, log);
  const links = new LaneLinks({
    thread,
    ports: lanes,
    bus: bus && cluster && { bus, cluster: cluster.cluster },
    log,
    receive: (_link, items) => dispatcher.receive(items),
    broken(_link, lane) {
      const place = parseLanePlace(lane);
      if (place !== undefined) dispatcher.missed(place);
    },
  });
  const dispatcher = new LinkDispatcher(
    unknownPlacement(shardCount),
    (place) => links.to(place),
    systemClock,
    defaultDispatcherLimits,
    doubted,
  );
  // Before anybody comes whose cart is elsewhere.
  if (bus !== undefined) await connected(bus);
  const {
    port,
    host: hostname,
    reusePort,
    secret,
    tenant,
    shopId,
    assets,
    allowedOrigins,
    secureCookies,
    socketsMax,
  } = settings;
  const drawing = await storefrontPages(settings, catalogue);
  const gateway = await startGateway({
    port,
    hostname,
    reusePort,
    dispatcher,
    catalogue,
    secret,
    tenant,
    shopId,
    shardCount,
    assets,
    ...(drawing && { drawing }),
    allowedOrigins,
    secureCookies,
    limits: { socketsMax },
    clock: systemClock,
    log,
  }).catch((fault: unknown) => {
    // Here, since errors lose their codes on their way to the supervisor.
    throw faultAt(publicPlace(hostname, port), fault);
  });
  const close = async (): Promise<void> => {
    links.close();
    await Promise.all([catalogue.close(), bus?.close()]);
  };
  return { number, gateway, dispatcher, links, close };
}

/** What draws the storefront's pages; undefined where it was not built. */
async function storefrontPages(
  { assets, tenant, shopName }: Pick<GatewaySettings, "assets" | "tenant" | "shopName">,
  catalogue: Catalogue,
): Promise<StorefrontPages | undefined> {
  const template = assets.get(PAGE_TEMPLATE)?.body;
  if (!(template instanceof Uint8Array)) return undefined;
  const page = new StorefrontPage(new TextDecoder().decode(template), await loadPageComponents(), shopName);
  return new StorefrontPages({ page, catalogue, tenant, clock: systemClock });
}

Comlink.expose(control);
