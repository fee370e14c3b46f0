import type { QueueView } from "./messages.ts";
import type { QueueState } from "./state.ts";

/** What subscribers of the queue see; undefined until it is opened. */
export function viewQueue({ sale, terms, issued, shuffle, line }: QueueState): QueueView | undefined {
  if (terms === null) return undefined;
  const { opensAtMs, startsAtMs, endsAtMs, admissionMs } = terms;
  return { sale, opensAtMs, startsAtMs, endsAtMs, admissionMs, issued, shuffle, line };
}
