import type { Fault } from "./fault.ts";
import { fillDisk } from "./faults/fill-disk.ts";
import { killNode } from "./faults/kill-node.ts";
import { killPostgres } from "./faults/kill-postgres.ts";
import { pauseNode } from "./faults/pause-node.ts";
import { restartPostgres } from "./faults/restart-postgres.ts";

/** All faults, in the order of the report. */
export const faults: readonly Fault[] = [killNode, killPostgres, restartPostgres, pauseNode, fillDisk];
