import { until } from "../../../persistence/embedded/postmaster.ts";
import type { Fault } from "../fault.ts";
import { smallDiskObstacle } from "../small-disk.ts";

const NOTICED_MS_MAX = 30_000;
const FULL_MS = 500;
const LOOK_EVERY_MS = 100;
const NO_SPACE = "No space left on device";

/** The disk of the database is full for a while; the time to serve again counts from when there is space again. */
export const fillDisk: Fault = {
  name: "fill-disk",
  sentence: "the database's disk full, then space again (counted from there)",
  world: { lanes: 2, smallDisk: true },
  obstacle: smallDiskObstacle,
  async strike({ disk, node, postgres, load }) {
    const before = node.logged(NO_SPACE);
    disk.fill();
    // Postgres' own log may have no room for it; the shop's is on another disk.
    const isNoticed = (): boolean => !postgres.isRunning || node.logged(NO_SPACE) > before;
    const noticed = await until(isNoticed, NOTICED_MS_MAX);
    await Bun.sleep(FULL_MS);
    load.mark();
    const sinceMs = Date.now();
    disk.free();
    // Postgres goes down when its write-ahead log cannot grow, and not always at once: somebody has to start it again.
    const served = load.served(NOTICED_MS_MAX).then(() => true);
    while (!(await Promise.race([served, Bun.sleep(LOOK_EVERY_MS).then(() => false)])))
      await postgres.revive();
    return {
      sinceMs,
      settle: () => {
        const problems = noticed ? [] : ["the disk was full, and nobody noticed"];
        return Promise.resolve({ problems, fencedAppends: 0 });
      },
    };
  },
};
