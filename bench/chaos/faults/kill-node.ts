import type { Fault } from "../fault.ts";

/** The shop dies at once, and is started again where it was. */
export const killNode: Fault = {
  name: "kill-node",
  sentence: "kill -9 of the shop; started again",
  world: { lanes: 2, smallDisk: false },
  async strike(world) {
    const sinceMs = Date.now();
    await world.node.kill();
    world.load.mark();
    await world.restartNode();
    return { sinceMs };
  },
};
