import { ReadModelsStalled, waitUntilCaughtUp } from "../../bench/replay/catch-up.ts";
import type { ShopLedger } from "../../bench/replay/shop-ledger.ts";

/** Waits until the read models have what the journal has now, but no longer than so many milliseconds. Tells whether they do. */
export async function caughtUpWithin(
  ledger: Pick<ShopLedger, "heads" | "projected">,
  waitMs: number,
): Promise<boolean> {
  const beganAtMs = performance.now();
  const lagging = (segments: number): void => {
    if (performance.now() - beganAtMs >= waitMs) throw new ReadModelsStalled(`${segments} segments behind`);
  };
  try {
    await waitUntilCaughtUp(ledger, lagging);
    return true;
  } catch (error) {
    if (error instanceof ReadModelsStalled) return false;
    throw error;
  }
}
