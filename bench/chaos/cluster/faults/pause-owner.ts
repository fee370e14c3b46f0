import { until } from "../../../../persistence/embedded/postmaster.ts";
import type { FaultOf } from "../../fault.ts";
import { fencedAppends } from "../../fenced-appends.ts";
import type { ClusterWorld } from "../cluster-world.ts";

// Only how long the log of Postgres is looked at: what is fenced late is fenced.
const FENCED_MS_MAX = 10_000;
/** Long enough for a busy lane to have sent an append that does not arrive. */
const HELD_MS = 500;

/** A node stands still until the others have its shards, and then goes on as if nothing had been. */
export const pauseOwner: FaultOf<ClusterWorld> = {
  name: "pause-owner",
  sentence: "SIGSTOP of a node, the others serve its shards, SIGCONT; it is fenced",
  async strike(world) {
    const { cluster, postgres, load } = world;
    const victim = await world.ownerOfHot();
    const node = cluster.node(victim);
    const { database } = cluster.network(victim);
    const shards = await cluster.shardsOf(victim);
    const fencedBefore = fencedAppends(postgres);
    // What it has sent is still on the way when it stops, and arrives when others have the shards: not left to luck.
    database.hold();
    await Bun.sleep(HELD_MS);
    const hasSent = database.heldBytes > 0;
    const sinceMs = Date.now();
    node.pause();
    load.mark();
    return {
      sinceMs,
      served: (deadlineMs) => world.answered(shards, world.others(victim), deadlineMs),
      async settle() {
        database.release();
        node.resume();
        const problems: string[] = [];
        const isFenced = await until(() => fencedAppends(postgres) > fencedBefore, FENCED_MS_MAX);
        if (!hasSent) problems.push("the former owner had sent nothing when it was stopped");
        if (!isFenced) problems.push("no append of the former owner was refused by the fence");
        await cluster.untilAllServe();
        return { problems, fencedAppends: fencedAppends(postgres) - fencedBefore };
      },
    };
  },
};
