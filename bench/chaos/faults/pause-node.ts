import { until } from "../../../persistence/embedded/postmaster.ts";
import type { ShopProcess } from "../../crash/shop-process.ts";
import type { Fault } from "../fault.ts";
import { fencedAppends } from "../fenced-appends.ts";

const END_MS_MAX = 15_000;
// Only how long the log of Postgres is looked at: what is fenced late is fenced.
const FENCED_MS_MAX = 10_000;
/** Long enough for every busy lane to have sent an append that does not arrive. */
const HELD_MS = 500;
/** How a shop ends whose database was taken over (see `stampede start --help`). */
const SUPERSEDED_EXIT_CODE = 3;

/** The shop stands still; another one takes the database over; then the first one goes on as if nothing had been. */
export const pauseNode: Fault = {
  name: "pause-node",
  sentence: "SIGSTOP of the shop, another one takes over, SIGCONT",
  world: { lanes: 2, smallDisk: false, heldNetwork: true },
  async strike(world) {
    const { node: former, network, postgres, load } = world;
    const fencedBefore = fencedAppends(postgres);
    // What it has sent is still on the way when it stops, and arrives when another one has the shards: not left to luck.
    network.hold();
    await Bun.sleep(HELD_MS);
    const hasSent = network.heldBytes > 0;
    former.pause();
    load.mark();
    const sinceMs = Date.now();
    await world.takeOver();
    return {
      sinceMs,
      async settle() {
        network.release();
        former.resume();
        const problems = await untilEnded(former);
        const isFenced = await until(() => fencedAppends(postgres) > fencedBefore, FENCED_MS_MAX);
        if (!hasSent) problems.push("the former owner had sent nothing when it was stopped");
        if (!isFenced) problems.push("no append of the former owner was refused by the fence");
        return { problems, fencedAppends: fencedAppends(postgres) - fencedBefore };
      },
    };
  },
};

async function untilEnded(former: ShopProcess): Promise<string[]> {
  const late = Bun.sleep(END_MS_MAX).then(() => undefined);
  const exitCode = await Promise.race([former.exited, late]);
  if (exitCode === undefined) return [`the former owner still ran ${END_MS_MAX} ms after it went on`];
  if (exitCode === SUPERSEDED_EXIT_CODE) return [];
  return [
    `the former owner ended with ${exitCode}, not ${SUPERSEDED_EXIT_CODE}; its log:\n${former.logTail}`,
  ];
}
