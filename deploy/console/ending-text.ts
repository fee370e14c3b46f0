import type { Operation } from "../../engine/ports/operation-store.ts";
import { movesShards, summarize } from "../cli/cluster/operation-summary.ts";

const NAMED_MAX = 5;

/** How far an operation came that did not do all of it, and what stays why; null for all others. */
export function endingText(operation: Operation): string | null {
  const { status } = operation;
  const isShort = status === "partly" || status === "failed" || status === "cancelled";
  if (!isShort || !movesShards(operation)) return null;
  try {
    const { moved, asked, stays } = summarize(operation);
    const named = stays.slice(0, NAMED_MAX).map(({ shard, reason }) => `shard ${shard} stays: ${reason}`);
    const hidden = stays.length - named.length;
    return [
      `${moved} of ${asked} shards moved`,
      ...named,
      ...(hidden > 0 ? [`and ${hidden} more stay`] : []),
    ].join("; ");
  } catch {
    // What stays unread shows with `ops list`, and must not keep everything else from being shown.
    return null;
  }
}
