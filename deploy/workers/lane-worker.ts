import * as Comlink from "comlink";
import { shopDeciders } from "../../actors/shop.ts";
import { Lane } from "../../engine/lane/lane.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import type { LaneStatistics } from "../../engine/lane/statistics.ts";
import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Placement } from "../../engine/ports/placement-store.ts";
import { isSamePlace, shardsAt } from "../../engine/routing/placement.ts";
import { Router } from "../../engine/routing/router.ts";
import { defaultRouterLimits } from "../../engine/routing/shard-route.ts";
import type { Link } from "../../engine/transport/link.ts";
import { PortLink } from "../../engine/transport/port-link.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresSnapshots } from "../../persistence/postgres/snapshots.ts";
import type { LogLevel } from "../config.ts";
import { createLog } from "../logging/log.ts";
import { testPaymentProvider } from "../payment/test-provider.ts";
import { SUPERSEDED_EXIT_CODE } from "../shop/superseded.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";
import { collectWhenQuiet } from "./quiet-collector.ts";

/** What a lane thread is told when it starts. */
export interface LaneSettings {
  readonly node: string;
  readonly lane: number;
  readonly owner: string;
  readonly placement: Placement;
  readonly databaseUrl: string;
  readonly logLevel: LogLevel;
  /** Ports to the gateway threads and the supervisor. */
  readonly clients: readonly MessagePort[];
  /** Ports to the other lanes, by lane; none to itself. */
  readonly peers: readonly (MessagePort | undefined)[];
}

/** What the supervisor can ask a lane thread. */
export interface LaneControl {
  open(settings: LaneSettings): Promise<void>;
  statistics(): LaneStatistics;
  /** Finishes what is in flight and checkpoints. */
  stop(): Promise<void>;
}

let lane: Lane | undefined;
let close: () => Promise<void> = () => Promise.resolve();

const control: LaneControl = {
  async open(settings) {
    const { placement, databaseUrl } = settings;
    const log = createLog({ thread: `lane-${settings.lane}`, level: settings.logLevel });
    const journal = postgresJournal(databaseUrl);
    const snapshots = postgresSnapshots(databaseUrl);
    const endCollecting = collectWhenQuiet(
      systemClock,
      () => opened.statistics(),
      () => Bun.gc(true),
    );
    close = async () => {
      endCollecting();
      await Promise.all([journal.close(), snapshots.close()]);
    };
    const peers: (Link | undefined)[] = [];
    const place = { node: settings.node, lane: settings.lane };
    const self: Link = { send: (item) => opened.receive(self, [item]) };
    const router = new Router(placement, {
      clock: systemClock,
      limits: defaultRouterLimits,
      linkTo: (to) => (isSamePlace(to, place) ? self : (peers[to.lane] as Link)),
      refuse: () => undefined,
    });
    const opened = new Lane({
      lane: settings.lane,
      owner: settings.owner,
      shardCount: placement.shards.length,
      deciders: shopDeciders,
      journal,
      snapshots,
      ports: new Map([["payment", testPaymentProvider({ clock: systemClock })]]),
      clock: systemClock,
      entropy: systemEntropy,
      log,
      limits: defaultLaneLimits,
      send: (shard, item) => router.send(shard, item),
      // A shop that is alone shares its shards with nobody: who has taken some of them wants them all.
      lost: () => "end",
      fatal: (error) => {
        // Another shop has taken over on purpose: the supervisor says so, once for all lanes.
        if (error instanceof OwnershipLost) process.exit(SUPERSEDED_EXIT_CODE);
        log.error({ err: error, lane: settings.lane }, "lane cannot go on; the node ends");
        process.exit(1);
      },
    });
    const connect = (port: MessagePort): Link => {
      const link: Link = new PortLink(port, (items) => opened.receive(link, items));
      return link;
    };
    for (const port of settings.clients) connect(port);
    for (const [number, port] of settings.peers.entries()) {
      if (port !== undefined) peers[number] = connect(port);
    }
    lane = opened;
    await opened.open(shardsAt(placement, place));
  },

  statistics() {
    if (lane === undefined) throw new Error("the lane is not open");
    return lane.statistics();
  },

  async stop() {
    await lane?.stop();
    await close();
  },
};

Comlink.expose(control);
