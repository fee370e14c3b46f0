import type { ShopLedger } from "./shop-ledger.ts";

/** The read models do not follow the journal. */
export class ReadModelsStalled extends Error {
  override readonly name = "ReadModelsStalled";
}

const POLL_MS = 100;
const STALLED_AFTER_MS = 30_000;

/**
 * Waits until the read models have followed the journal up to where it ends now. `lagging` hears how many segments are
 * missing.
 * @throws {ReadModelsStalled} when they make no progress for `stalledAfterMs` (30 seconds unless told), naming a shard that is behind.
 */
export async function waitUntilCaughtUp(
  ledger: Pick<ShopLedger, "heads" | "projected">,
  lagging: (segments: number) => void,
  stalledAfterMs = STALLED_AFTER_MS,
): Promise<void> {
  const heads = await ledger.heads();
  let leastBehind = Number.POSITIVE_INFINITY;
  let progressAtMs = performance.now();
  for (;;) {
    const projected = await ledger.projected();
    const behind = Array.from(heads, ([shard, head]) => ({
      shard,
      count: head - (projected.get(shard) ?? 0),
    })).filter(({ count }) => count > 0);
    const segments = behind.reduce((sum, { count }) => sum + count, 0);
    const [first] = behind;
    if (first === undefined) return;
    lagging(segments);
    if (segments < leastBehind) {
      leastBehind = segments;
      progressAtMs = performance.now();
    } else if (performance.now() - progressAtMs >= stalledAfterMs) {
      throw new ReadModelsStalled(
        `the read models do not follow the journal: ${segments} segments behind, shard ${first.shard} by ${first.count}; look into the shop's log`,
      );
    }
    await Bun.sleep(POLL_MS);
  }
}
