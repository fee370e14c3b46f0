import { assert } from "../../../../engine/contract/assert.ts";
import { eventually } from "../../../../persistence/testing/condition.ts";
import type { FaultOf } from "../../fault.ts";
import type { ClusterWorld } from "../cluster-world.ts";

const MOVED_MAX = 96;

/** The coordinator dies while it moves shards of its own and of others; the next one ends the move. */
export const killCoordinator: FaultOf<ClusterWorld> = {
  name: "kill-coordinator",
  sentence: "kill -9 of the coordinator in the middle of a move; the next one ends it",
  async strike(world) {
    const { cluster, load } = world;
    const { coordinator } = await cluster.overview();
    const [first] = world.others(coordinator);
    assert(first !== undefined, "there are several nodes");
    const moved = (await cluster.shardsAwayFrom(first)).slice(0, MOVED_MAX);
    const id = await cluster.begin({ type: "MoveShards", shards: moved, node: first, lane: null });
    await eventually(
      "some shards have moved",
      async () => ((await cluster.operation(id))?.stepsDone ?? 0) > 0,
    );
    const own = await cluster.shardsOf(coordinator);
    const sinceMs = Date.now();
    await cluster.kill(coordinator);
    load.mark();
    const isOver = (await cluster.operation(id))?.endedAtMs !== null;
    const struck = [...new Set([...own, ...moved])];
    return {
      sinceMs,
      served: (deadlineMs) => world.answered(struck, world.others(coordinator), deadlineMs),
      async settle() {
        const problems = isOver ? ["the move was over before the coordinator was killed"] : [];
        const { status } = await cluster.ended(id);
        if (status !== "done" && status !== "partly") problems.push(`the move has ended as ${status}`);
        await cluster.begin({ type: "UnpinShards", shards: moved });
        await cluster.startNode(coordinator);
        return { problems, fencedAppends: 0 };
      },
    };
  },
};
