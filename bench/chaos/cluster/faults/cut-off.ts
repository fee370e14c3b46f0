import type { Peer } from "../../../cluster/node-network.ts";
import type { FaultOf } from "../../fault.ts";
import { fencedAppends } from "../../fenced-appends.ts";
import type { ClusterWorld } from "../cluster-world.ts";

/** A node hears nobody, and nobody hears it, until the others serve its shards. */
export const cutFromNats = cutOff("cut-nats", "a node cut off from NATS; its shards serve elsewhere", [
  "NATS",
]);

/** A node can neither read nor store, and says so, until the others serve its shards. */
export const cutFromPostgres = cutOff(
  "cut-postgres",
  "a node cut off from Postgres; its shards serve elsewhere",
  ["Postgres"],
);

/** A node is alone in the world until the others serve its shards. */
export const cutFromBoth = cutOff(
  "cut-both",
  "a node cut off from NATS and Postgres; its shards serve elsewhere",
  ["Postgres", "NATS"],
);

function cutOff(name: string, sentence: string, peers: readonly Peer[]): FaultOf<ClusterWorld> {
  return {
    name,
    sentence,
    async strike(world, cycle) {
      const { cluster, postgres, load } = world;
      const victim = await world.victim(cycle);
      const network = cluster.network(victim);
      const shards = await cluster.shardsOf(victim);
      const fencedBefore = fencedAppends(postgres);
      const sinceMs = Date.now();
      network.cut(peers);
      load.mark();
      return {
        sinceMs,
        served: (deadlineMs) => world.answered(shards, world.others(victim), deadlineMs),
        async settle() {
          network.mend();
          await cluster.untilAllServe();
          return { problems: [], fencedAppends: fencedAppends(postgres) - fencedBefore };
        },
      };
    },
  };
}
