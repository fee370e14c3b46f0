import type { FaultOf } from "../../fault.ts";
import type { ClusterWorld } from "../cluster-world.ts";

const LOCAL_MS_MAX = 5_000;
const REMOTE_MS_MAX = 60_000;
/** By turns shorter and longer than a node may be silent. */
const AWAY_MS = [500, 5_000];

/** Nodes cannot talk to each other for a while: each serves what it has to those who come to it. */
export const stopNats: FaultOf<ClusterWorld> = {
  name: "stop-nats",
  sentence:
    "kill -9 of nats-server, local commands go on, remote ones are refused; started again (counted from there)",
  async strike(world, cycle) {
    const { cluster, load } = world;
    const problems: string[] = [];
    // What is moved from here on was taken from somebody for being silent.
    await cluster.suspendBalancing();
    const here = await world.ownerOfHot();
    const local = await cluster.shardsOf(here);
    const remote = await cluster.shardsAwayFrom(here);
    const { version } = await cluster.placement();
    const { url } = cluster.node(here);
    await cluster.nats.kill();
    load.mark();
    const refused = load.probe(remote, [url], REMOTE_MS_MAX);
    try {
      await world.answered(local, [here], LOCAL_MS_MAX);
    } catch (error) {
      problems.push(`without NATS, at the node that has the shards: ${String(error)}`);
    }
    await Bun.sleep(AWAY_MS[cycle % AWAY_MS.length] ?? 0);
    const sinceMs = Date.now();
    await cluster.nats.start();
    return {
      sinceMs,
      served: (deadlineMs) => world.answeredEverywhere(deadlineMs),
      async settle() {
        const { askedAgain } = await refused;
        if (askedAgain < remote.length)
          problems.push(`${remote.length - askedAgain} shards of other nodes were not refused without NATS`);
        const after = await cluster.placement();
        await cluster.begin({ type: "ResumeRebalancing" });
        if (after.version !== version) problems.push("shards were moved although only NATS was away");
        return { problems, fencedAppends: 0 };
      },
    };
  },
};
