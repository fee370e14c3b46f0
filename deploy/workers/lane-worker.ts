import * as Comlink from "comlink";
import { shopDeciders } from "../../actors/shop.ts";
import { assert } from "../../engine/contract/assert.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { LaneMeter } from "../../engine/lane/lane-meter.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import type { LaneStatistics } from "../../engine/lane/lane-statistics.ts";
import type { Bus } from "../../engine/ports/bus.ts";
import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Log } from "../../engine/ports/log.ts";
import type { Adopted, LaneMeasurement, LeaveForMove } from "../../engine/ports/node-threads.ts";
import type { LanePlace } from "../../engine/ports/placement-store.ts";
import { isSamePlace, unknownPlacement } from "../../engine/routing/placement.ts";
import { Router } from "../../engine/routing/router.ts";
import { defaultRouterLimits } from "../../engine/routing/shard-route.ts";
import { LaneRelay } from "../../engine/shards/lane-relay.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import type { Link } from "../../engine/transport/link.ts";
import { PortLink } from "../../engine/transport/port-link.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresSnapshots } from "../../persistence/postgres/snapshots.ts";
import type { ClusterConfig } from "../cluster-config.ts";
import type { LogLevel } from "../config.ts";
import { createLog } from "../logging/log.ts";
import { paymentPort } from "../payment/payment-port.ts";
import { testPaymentProvider } from "../payment/test-provider.ts";
import { SUPERSEDED_EXIT_CODE } from "../shop/superseded.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";
import { LaneLinks, type BusStatistics } from "./lane-links.ts";
import { collectWhenQuiet } from "./quiet-collector.ts";
import type { RouterControl } from "./router-control.ts";
import { connectBus, connected } from "./thread-bus.ts";

/** What a lane thread is told when it starts. */
export interface LaneSettings {
  readonly node: string;
  readonly lane: number;
  /** Number of this start of the node. */
  readonly incarnation: number;
  readonly owner: string;
  readonly shardCount: number;
  readonly databaseUrl: string;
  /** The cluster that the node is in; a shop that is alone has none. */
  readonly cluster: ClusterConfig | undefined;
  readonly logLevel: LogLevel;
  /** Ports to the gateway threads and the supervisor. */
  readonly clients: readonly MessagePort[];
  /** Ports to the other lanes of the node, by lane; none to itself. */
  readonly peers: readonly (MessagePort | undefined)[];
}

/** What the supervisor can ask a lane thread. */
export interface LaneControl extends RouterControl {
  /** Starts to serve, without shards. In a cluster `lost` is told of shards that other owners have taken over unasked. */
  open(settings: LaneSettings, lost: (shards: readonly number[]) => void): Promise<void>;
  prepare(shards: readonly number[]): Promise<void>;
  adopt(shards: readonly number[]): Promise<Adopted>;
  letGo(shards: readonly number[], leave?: LeaveForMove): Promise<void>;
  /** What the lane and its shards have cost since this was asked last. */
  measure(): LaneMeasurement;
  statistics(): LaneStatistics;
  /** Undefined in a shop that is alone. */
  busStatistics(): BusStatistics | undefined;
  /** Finishes what is in flight and checkpoints. */
  stop(): Promise<void>;
}

interface Running {
  readonly lane: Lane;
  readonly router: Router;
  readonly meter: LaneMeter;
  readonly links: LaneLinks;
  /** Undefined in a shop that is alone. */
  readonly relay: LaneRelay | undefined;
  /** Resolves when other nodes reach the lane. */
  readonly heard: Promise<void> | undefined;
  readonly close: () => Promise<void>;
}

let started: Running | undefined;

function running(): Running {
  assert(started !== undefined, "the lane is open");
  return started;
}

/** The lane as moves direct it. */
function moved(): Lane | LaneRelay {
  const { lane, relay } = running();
  return relay ?? lane;
}

const control: LaneControl = {
  async open(settings, lost) {
    started = start(settings, lost);
    await started.heard;
    await started.lane.open();
  },

  prepare: (shards) => moved().prepare(shards),
  adopt: (shards) => moved().adopt(shards),
  letGo: (shards, leave) => moved().letGo(shards, leave),

  apply(placement) {
    const { lane, router } = running();
    lane.rerouted(router.apply(placement));
  },

  hold: (shards, move) => running().router.hold(shards, move),
  release: (shards, move) => running().router.release(shards, move),
  measure: () => running().meter.measure(),
  statistics: () => running().lane.statistics(),
  busStatistics: () => running().links.statistics,

  async stop() {
    await started?.lane.stop();
    await started?.close();
  },
};

function start(settings: LaneSettings, lost: (shards: readonly number[]) => void): Running {
  const { node, lane: number, owner, shardCount, databaseUrl, cluster, clients } = settings;
  const log = createLog({ thread: `lane-${number}`, level: settings.logLevel });
  const journal = postgresJournal(databaseUrl);
  const snapshots = postgresSnapshots(databaseUrl);
  const place = { node, lane: number };
  const thread = { node, role: "lane", number } as const;
  const bus = cluster && connectBus(cluster, thread, log);
  const links = new LaneLinks({
    thread,
    ports: settings.peers,
    bus: bus && cluster && { bus, cluster: cluster.cluster },
    log,
    receive: (link, items) => lane.receive(link, items),
    // Whoever watches over it asks again, if it is still there.
    broken: (link) => lane.forget(link),
  });
  const self: Link = { send: (item) => lane.receive(self, [item]) };
  const payment = paymentPort(testPaymentProvider({ clock: systemClock }), { clock: systemClock });
  const router = new Router(unknownPlacement(shardCount), {
    clock: systemClock,
    limits: defaultRouterLimits,
    linkTo: (to) => (isSamePlace(to, place) ? self : links.to(to)),
    refuse: () => undefined,
  });
  const lane = new Lane({
    lane: number,
    owner,
    claimant: { ...place, incarnation: settings.incarnation },
    shardCount,
    deciders: shopDeciders,
    journal,
    snapshots,
    ports: new Map([["payment", payment]]),
    clock: systemClock,
    entropy: systemEntropy,
    log,
    limits: defaultLaneLimits,
    send: (shard, item) => router.send(shard, item),
    lost: (shards) => {
      // A shop that is alone shares its shards with nobody: who has taken some of them wants them all.
      if (cluster === undefined) return "end";
      lost(shards);
      return "goOn";
    },
    fatal: (error) => {
      // Another shop has taken over on purpose: the supervisor says so, once for all lanes.
      if (error instanceof OwnershipLost) process.exit(SUPERSEDED_EXIT_CODE);
      log.error({ err: error, lane: number }, "lane cannot go on; the node ends");
      process.exit(1);
    },
  });
  for (const port of clients) connectClient(lane, port);
  const endCollecting = collectWhenQuiet(
    systemClock,
    () => lane.statistics(),
    () => Bun.gc(true),
  );
  const relay = bus && cluster && relayOf(place, lane, bus, cluster, log);
  const close = async (): Promise<void> => {
    endCollecting();
    router.stop();
    links.close();
    relay?.stop();
    await Promise.all([journal.close(), snapshots.close(), bus?.close()]);
  };
  const meter = meterOf(lane);
  return { lane, router, links, relay, meter, heard: bus && connected(bus), close };
}

function relayOf(place: LanePlace, lane: Lane, bus: Bus, { cluster }: ClusterConfig, log: Log): LaneRelay {
  return new LaneRelay({ place, lane, bus, topics: new ClusterTopics(cluster), clock: systemClock, log });
}

function meterOf(lane: Lane): LaneMeter {
  return new LaneMeter({ work: () => lane.work(), cpuMs: threadCpuMs, nowMs: () => performance.now() });
}

/** Processor time of this thread, milliseconds. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function connectClient(lane: Lane, port: MessagePort): void {
  const link: Link = new PortLink(port, (items) => lane.receive(link, items));
}

Comlink.expose(control);
