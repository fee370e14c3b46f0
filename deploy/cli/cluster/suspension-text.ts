/** A line for people who see where shards are, and wonder why they stay there; nothing while they are balanced. */
export function suspensionText(isBalancingSuspended: boolean): string {
  return isBalancingSuspended
    ? "balancing is suspended; end that with: stampede shards rebalance resume\n"
    : "";
}
