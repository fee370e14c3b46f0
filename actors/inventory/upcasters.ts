import type { Typed, VersionStep } from "../../engine/contract/decider.ts";

/** A hold that an order of version 1 has secured. */
interface SecuredIn1 extends Typed {
  readonly expiresAtMs: number;
}

/**
 * Version 2 tells a hold's own time from what orders have secured. In version 1 that was the shopper's from then on, so it is
 * the hold's own time now; snapshots of version 1 say the same, since they have no other time.
 */
const from1To2: VersionStep = {
  event: (event) => {
    if (event.type !== "HoldSecured") return [event];
    const secured = event as SecuredIn1;
    return [{ ...secured, ownExpiresAtMs: secured.expiresAtMs }];
  },
};

/** Version 3 has sales that are set and selling that is paused; what version 2 has stored means what it meant. */
const from2To3: VersionStep = {};

/** Version 4 has sales with a waiting room, and holds that say whose turn it was; there were none before. */
const from3To4: VersionStep = {};

/** The steps of the kind `inventory`. */
export const inventoryUpcasters: readonly VersionStep[] = [from1To2, from2To3, from3To4];
