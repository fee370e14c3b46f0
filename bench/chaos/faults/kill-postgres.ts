import type { Fault } from "../fault.ts";

/** Postgres dies at once with everything that it was at, and is started again. */
export const killPostgres: Fault = {
  name: "kill-postgres",
  sentence: "kill -9 of Postgres and all its backends; started again",
  world: { lanes: 2, smallDisk: false },
  async strike({ postgres, load }) {
    const sinceMs = Date.now();
    await postgres.kill();
    load.mark();
    await postgres.revive();
    return { sinceMs };
  },
};
