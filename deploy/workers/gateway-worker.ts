import * as Comlink from "comlink";
import { LinkDispatcher, defaultDispatcherLimits } from "../../engine/routing/link-dispatcher.ts";
import type { Placement } from "../../engine/ports/placement-store.ts";
import { PortLink } from "../../engine/transport/port-link.ts";
import type { CounterValues } from "../../gateway/server/counters.ts";
import { startGateway, type Gateway } from "../../gateway/server/gateway.ts";
import type { Asset } from "../../gateway/server/assets.ts";
import { postgresCatalogue } from "../../persistence/postgres/catalogue.ts";
import type { LogLevel } from "../config.ts";
import { createLog } from "../logging/log.ts";
import { systemClock } from "../system-clock.ts";

/** What a gateway thread is told when it starts. */
export interface GatewaySettings {
  readonly gateway: number;
  readonly port: number;
  readonly host: string;
  /** Several gateway threads share one port. */
  readonly reusePort: boolean;
  readonly placement: Placement;
  readonly databaseUrl: string;
  readonly secret: string;
  readonly tenant: string;
  readonly shopId: string;
  readonly allowedOrigins: readonly string[];
  readonly assets: ReadonlyMap<string, Asset>;
  readonly logLevel: LogLevel;
  /** Ports to the lanes, by lane. */
  readonly lanes: readonly MessagePort[];
}

/** What the supervisor can ask a gateway thread. */
export interface GatewayControl {
  /** Starts to listen; returns the port. */
  open(settings: GatewaySettings): Promise<number>;
  statistics(): GatewayStatistics;
  /** Tells the clients to come back later and closes their sockets within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Numbers of one gateway thread since it started. */
export interface GatewayStatistics {
  readonly gateway: number;
  readonly counters: CounterValues;
  /** Commands and reads that wait for a lane. */
  readonly outstanding: number;
}

interface Running {
  readonly number: number;
  readonly gateway: Gateway;
  readonly dispatcher: LinkDispatcher;
  readonly close: () => Promise<void>;
}

let running: Running | undefined;

const control: GatewayControl = {
  async open(settings) {
    const log = createLog({ thread: `gateway-${settings.gateway}`, level: settings.logLevel });
    const catalogue = postgresCatalogue(settings.databaseUrl);
    const links = settings.lanes.map((port) => new PortLink(port, (items) => dispatcher.receive(items)));
    const dispatcher = new LinkDispatcher(
      settings.placement,
      ({ lane }) => links[lane] as PortLink,
      systemClock,
      defaultDispatcherLimits,
    );
    const { port, host, reusePort, secret, tenant, shopId, assets, allowedOrigins } = settings;
    const gateway = await startGateway({
      port,
      hostname: host,
      reusePort,
      dispatcher,
      catalogue,
      secret,
      tenant,
      shopId,
      assets,
      allowedOrigins,
      clock: systemClock,
      log,
    });
    running = { number: settings.gateway, gateway, dispatcher, close: () => catalogue.close() };
    return gateway.port;
  },

  statistics() {
    if (running === undefined) throw new Error("the gateway is not open");
    const { number, gateway, dispatcher } = running;
    return { gateway: number, counters: gateway.counters(), outstanding: dispatcher.outstanding };
  },

  async stop(graceMs) {
    if (running === undefined) return;
    await running.gateway.stop(graceMs);
    running.dispatcher.stop();
    await running.close();
  },
};

Comlink.expose(control);
