import type { Log } from "../../engine/ports/log.ts";
import { TENANT } from "../config.ts";
import { systemClock } from "../system-clock.ts";
import { systemEntropy } from "../system-entropy.ts";
import { WebhookDesk } from "./webhook-desk.ts";
import { webhookParts } from "./webhook-parts.ts";

/** What a node's operators look after endpoints with, on connections of its own. */
export function openWebhookDesk(
  databaseUrl: string,
  shopId: string,
  log: Log,
): { readonly desk: WebhookDesk; readonly close: () => Promise<void> } {
  const parts = webhookParts(databaseUrl);
  const [clock, entropy] = [systemClock, systemEntropy];
  return {
    desk: new WebhookDesk({ parts, shopId, tenant: TENANT, clock, entropy, log }),
    close: parts.close,
  };
}
