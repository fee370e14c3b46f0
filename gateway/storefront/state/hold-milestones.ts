import { effect } from "@preact/signals";
import { titleList } from "../model/title-list.ts";
import type { CartChanges } from "./cart-changes.ts";
import type { Notices } from "./notices.ts";
import type { ShopClock } from "./shop-clock.ts";

/** From when on a hold counts as ending soon, milliseconds. */
export const HOLD_WARNING_MS = 60_000;

/** Says once of every hold that it ends soon. Returns what ends that. */
export function announceEndingHolds(cart: CartChanges, clock: ShopClock, notices: Notices): () => void {
  const announced = new Set<string>();
  return effect(() => {
    const nowMs = clock.nowMs.value;
    const ending: string[] = [];
    for (const { id, title, holdExpiresAtMs } of cart.rows.value) {
      if (holdExpiresAtMs === null || holdExpiresAtMs - nowMs > HOLD_WARNING_MS) continue;
      // An extended hold has another end, so it is announced again.
      const milestone = `${id}/${holdExpiresAtMs}`;
      if (announced.has(milestone)) continue;
      announced.add(milestone);
      ending.push(title);
    }
    // At once: what is said next takes the place of what was said before.
    if (ending.length > 0) notices.say(`Less than a minute left to buy ${titleList(ending)}.`);
  });
}
