import type { Bus } from "../../engine/ports/bus.ts";
import type { Log } from "../../engine/ports/log.ts";
import { formatEndpoint, type Endpoint } from "../../engine/transport/bus/endpoint.ts";
import { ClusterTopics } from "../../engine/transport/bus/cluster-topics.ts";
import { NatsBus } from "../../engine/transport/nats/nats-bus.ts";
import type { ClusterConfig } from "../cluster-config.ts";
import { systemClock } from "../system-clock.ts";

/** A thread's own connection to the bus of its cluster. Connects by itself, for as long as it takes. */
export function connectBus({ cluster, nats }: ClusterConfig, thread: Endpoint, log: Log): NatsBus {
  return new NatsBus({
    options: nats,
    name: formatEndpoint(thread),
    replyTopic: new ClusterTopics(cluster).replies("node"),
    clock: systemClock,
    log,
  });
}

/** Resolves when the bus is in reach. */
export async function connected(bus: Bus): Promise<void> {
  while (bus.state === "away") {
    await new Promise<void>((resolve) => {
      const end = bus.onState(() => {
        end();
        resolve();
      });
    });
  }
}
