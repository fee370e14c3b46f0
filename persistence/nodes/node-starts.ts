import type { NodeRecord, NodeStart } from "../../engine/ports/node-store.ts";

/** How a store counts the starts of nodes: a start is registered behind the one that it knows of. */
export interface NodeStarts {
  /** Number of the node's last start; 0 when it has none. */
  last(node: string): Promise<number>;
  /** Registers a start if this is still the number of the node's last one. Returns undefined when it is not. */
  registerAfter(last: number, start: NodeStart): Promise<NodeRecord | undefined>;
}

// Each attempt that fails is one at which another start of the same name has succeeded.
const ATTEMPTS_MAX = 20;

/**
 * Registers the start of a node behind its last one. What a process that is gone has asked for may arrive late: it finds a later
 * start and changes nothing, else the node that runs could not take any shard from then on.
 * @throws when other starts of the name come first again and again.
 */
export async function registerStart(starts: NodeStarts, start: NodeStart): Promise<NodeRecord> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const record = await starts.registerAfter(await starts.last(start.node), start);
    if (record !== undefined) return record;
  }
  throw new Error(`the node ${start.node} is started by too many processes at once`);
}
