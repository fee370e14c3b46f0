import { shopDeciders } from "../../actors/shop.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import type { ShopRecords } from "../../engine/ports/shop-records.ts";
import type { WebhookStore } from "../../engine/ports/webhook-store.ts";
import { PROJECTED_PAGE_SEGMENTS } from "../../engine/projection/projector.ts";
import { UpcastingJournal } from "../../engine/upcasting/upcasting-journal.ts";
import { defaultWebhookLimits } from "../../gateway/webhooks/webhook-limits.ts";
import { httpSender, type WebhookSender } from "../../gateway/webhooks/webhook-sender.ts";
import { databaseOf } from "../../persistence/postgres/database.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { postgresShopRecords } from "../../persistence/postgres/shop-records.ts";
import { postgresWebhookStore } from "../../persistence/postgres/webhook-store.ts";
import { VERSION } from "../version.ts";

const CONNECTIONS_MAX = 2;
// Whoever gives the duty up waits for no database that is silent for longer.
const STATEMENT_DEADLINE_MS = 10_000;

/** What both those need that tell endpoints, and operators who look after them. */
export interface WebhookParts {
  readonly journal: Journal;
  readonly records: ShopRecords;
  readonly store: WebhookStore;
  readonly send: WebhookSender;
  readonly close: () => Promise<void>;
}

/** Connections of their own: whoever is told waits for nobody else, and nobody for them. None is made before it is needed. */
export function webhookParts(databaseUrl: string): WebhookParts {
  const database = databaseOf(databaseUrl, {
    applicationName: "stampede webhooks",
    connectionsMax: CONNECTIONS_MAX,
    statementDeadlineMs: STATEMENT_DEADLINE_MS,
  });
  const deciders = new Map(shopDeciders.map((decider) => [decider.kind, decider]));
  const journal = new UpcastingJournal(
    postgresJournal(database, { pageSegments: PROJECTED_PAGE_SEGMENTS }),
    deciders,
  );
  const { answerMsMax } = defaultWebhookLimits;
  return {
    journal,
    records: postgresShopRecords(database),
    store: postgresWebhookStore(database),
    send: httpSender({ answerMsMax, userAgent: `Stampede/${VERSION}` }),
    close: async () => {
      await journal.close();
      await database.close();
    },
  };
}
