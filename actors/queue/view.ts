import type { QueueView } from "./messages.ts";
import type { QueueState } from "./state.ts";

/** What subscribers of the queue see; undefined until it is opened. */
export function viewQueue({ sale, terms, issued, shuffle, line }: QueueState): QueueView | undefined {
  if (terms === null) return undefined;
  const { opensAtMs, startsAtMs, endsAtMs, admissionMs, admitPerMinute: perMinute } = terms;
  // Before the start, the line is the one that it begins with.
  const shown = shuffle === null ? { base: 0, sinceMs: startsAtMs, perMinute, passed: 0 } : line;
  return { sale, opensAtMs, startsAtMs, endsAtMs, admissionMs, issued, shuffle, line: shown };
}
