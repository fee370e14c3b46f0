import * as Comlink from "comlink";
import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import type { GatewayControl, GatewaySettings, GatewayStatistics } from "../workers/gateway-worker.ts";
import type { LaneControl, LaneSettings } from "../workers/lane-worker.ts";
import type { BusStatistics } from "../workers/lane-links.ts";
import type { RouterControl } from "../workers/router-control.ts";
import { openFilesMax, socketsPerGateway } from "./open-files.ts";
import type { DirectedLane } from "./thread-director.ts";
import { Thread } from "./thread.ts";
import { wire, type Wiring } from "./wiring.ts";

const GATEWAY_GRACE_MS = 1_000;

/** How many threads of each kind a shop has. */
export interface ThreadCounts {
  readonly lanes: number;
  readonly gateways: number;
}

/** The worker threads of one node, from the moment at which they load their programs. */
export class ShopThreads {
  readonly #lanes: readonly Thread<LaneControl>[];
  readonly #gateways: readonly Thread<GatewayControl>[];
  readonly #wiring: Wiring;
  #gatewaysEnd: Promise<void> | undefined;

  /** `failed` is called when a thread ends unasked. */
  constructor({ lanes, gateways }: ThreadCounts, failed: (error: Error) => void) {
    const laneScript = new URL("../workers/lane-worker.ts", import.meta.url);
    const gatewayScript = new URL("../workers/gateway-worker.ts", import.meta.url);
    this.#lanes = Array.from(
      { length: lanes },
      (_, lane) => new Thread<LaneControl>(`lane-${lane}`, laneScript, failed),
    );
    this.#gateways = Array.from(
      { length: gateways },
      (_, gateway) => new Thread<GatewayControl>(`gateway-${gateway}`, gatewayScript, failed),
    );
    this.#wiring = wire(lanes, gateways);
  }

  /** The supervisor's ports to the lanes, by lane. */
  get supervisorPorts(): readonly MessagePort[] {
    return this.#wiring.supervisorLanes;
  }

  get lanes(): readonly DirectedLane[] {
    return this.#lanes.map(({ control }) => control);
  }

  /** The routers in the lanes, which are open. */
  get laneRouters(): readonly RouterControl[] {
    return this.#lanes.map(({ control }) => control);
  }

  /** The routers in the gateways, which are open. */
  get gatewayRouters(): readonly RouterControl[] {
    return this.#gateways.map(({ control }) => control);
  }

  /** Opens all lanes. `owner` names this start of the node; `lost` is told of shards that were taken from a lane. */
  async openLanes(
    shared: Omit<LaneSettings, "lane" | "clients" | "peers">,
    lost: (lane: number, shards: readonly number[]) => void,
  ): Promise<void> {
    await Promise.all(
      this.#lanes.map((thread, lane) => {
        const clients = this.#wiring.laneClients[lane] ?? [];
        const peers = this.#wiring.lanePeers[lane] ?? [];
        const settings = { ...shared, lane, owner: `${shared.owner}-${lane}`, clients, peers };
        const lostHere = Comlink.proxy((shards: readonly number[]) => lost(lane, shards));
        return thread.control.open(transfer(settings, [...clients, ...peers]), lostHere);
      }),
    );
  }

  /**
   * Opens all gateways, one after the other. Returns the port that they share. `doubted` is told when the placement that one of
   * them knows may be an old one.
   * @throws an error named `ConfigError` when the port is taken.
   */
  async openGateways(
    shared: Omit<GatewaySettings, "gateway" | "lanes" | "reusePort" | "socketsMax">,
    doubted: () => void,
  ): Promise<number> {
    let { port } = shared;
    const reusePort = this.#gateways.length > 1;
    const socketsMax = socketsPerGateway(openFilesMax(), this.#gateways.length);
    for (const [gateway, thread] of this.#gateways.entries()) {
      const lanes = this.#wiring.gatewayLanes[gateway] ?? [];
      // With port 0 the first thread finds a free one for all.
      const settings = { ...shared, gateway, port, reusePort, socketsMax, lanes };
      port = await thread.control.open(transfer(settings, lanes), Comlink.proxy(doubted));
    }
    return port;
  }

  laneStatistics(): Promise<readonly LaneStatistics[]> {
    return Promise.all(this.#lanes.map((lane) => lane.control.statistics()));
  }

  gatewayStatistics(): Promise<readonly GatewayStatistics[]> {
    return Promise.all(this.#gateways.map((gateway) => gateway.control.statistics()));
  }

  /** How the threads fare on the bus; none in a shop that is alone. */
  async busStatistics(): Promise<readonly BusStatistics[]> {
    const threads = [...this.#lanes, ...this.#gateways];
    const all = await Promise.all(threads.map(({ control }) => control.busStatistics()));
    return all.filter((statistics) => statistics !== undefined);
  }

  /** Tells clients to come back, to another node if there is one, and closes their sockets. */
  stopGateways(): Promise<void> {
    this.#gatewaysEnd ??= stopAll(this.#gateways, (control) => control.stop(GATEWAY_GRACE_MS));
    return this.#gatewaysEnd;
  }

  /** Finishes what is in flight. */
  stopLanes(): Promise<void> {
    return stopAll(this.#lanes, (control) => control.stop());
  }
}

async function stopAll<Control>(
  threads: readonly Thread<Control>[],
  stop: (control: Comlink.Remote<Control>) => Promise<void>,
): Promise<void> {
  for (const thread of threads) thread.letGo();
  await Promise.all(threads.map((thread) => thread.answered(stop(thread.control))));
}

function transfer<Settings>(settings: Settings, ports: readonly (MessagePort | undefined)[]): Settings {
  return Comlink.transfer(
    settings,
    ports.filter((port) => port !== undefined),
  );
}
