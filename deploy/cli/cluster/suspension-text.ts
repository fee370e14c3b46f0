import { programName } from "./program-name.ts";

/**
 * A line for people who see where shards are, and wonder why they stay there; nothing while they are balanced. `access` are the
 * options that name the cluster, with a blank in front.
 */
export function suspensionText(isBalancingSuspended: boolean, access: string): string {
  return isBalancingSuspended
    ? `balancing is suspended; end that with: ${programName()} shards rebalance resume${access}\n`
    : "";
}
