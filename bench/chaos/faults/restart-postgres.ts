import type { Fault } from "../fault.ts";

/** Postgres is restarted as an operator does it, in good order and in a hurry by turns. */
export const restartPostgres: Fault = {
  name: "restart-postgres",
  sentence: "Postgres shut down (fast and immediate by turns) and started again",
  world: { lanes: 2, smallDisk: false },
  async strike({ postgres, load }, cycle) {
    const sinceMs = Date.now();
    await postgres.shutDown(cycle % 2 === 0 ? "fast" : "immediate");
    load.mark();
    await postgres.revive();
    return { sinceMs };
  },
};
