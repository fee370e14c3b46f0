import type { Journal, Segment } from "../../engine/ports/journal.ts";

/**
 * The number of the last segment of a shard whose decisions were made before a time; 0 for none. The time of decisions never
 * falls within a shard, so a few looks at single segments find it.
 */
export async function lastSegmentBefore(
  journal: Pick<Journal, "pick">,
  shard: number,
  { headSeq, sinceMs }: { readonly headSeq: number; readonly sinceMs: number },
): Promise<number> {
  let [before, notBefore] = [0, headSeq + 1];
  while (notBefore - before > 1) {
    const middle = Math.floor((before + notBefore) / 2);
    const decided = await firstDecision(journal, shard, middle, notBefore);
    if (decided === undefined || decided.body.atMs >= sinceMs) notBefore = middle;
    else before = decided.seq;
  }
  return before;
}

/** The first segment from `seq` on that decides something: the clock of whoever took a shard over may have been wrong. */
async function firstDecision(
  journal: Pick<Journal, "pick">,
  shard: number,
  seq: number,
  endSeq: number,
): Promise<Segment | undefined> {
  for (let at = seq; at < endSeq; at += 1) {
    const [segment] = await journal.pick(shard, [at]);
    if (segment !== undefined && segment.body.takeover === undefined) return segment;
  }
  return undefined;
}
