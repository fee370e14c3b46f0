/**
 * Measures the workloads of the tree that this file stands in, each after the other, and prints their figures as one line of
 * JSON: what `compare-change.ts` runs in both trees. Run: bun bench/change/measure-tree.ts
 */
import { measureWorkload, type WorkloadFigures } from "./workload.ts";
import { clientFrames } from "./workloads/client-frames.ts";
import { orders } from "./workloads/orders.ts";
import { recovery } from "./workloads/recovery.ts";
import { threadFrames } from "./workloads/thread-frames.ts";

const figures: WorkloadFigures[] = [];
for (const workload of [orders, recovery, clientFrames, threadFrames]) {
  figures.push(await measureWorkload(workload));
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
