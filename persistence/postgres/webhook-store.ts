import { EndpointMoved } from "../../engine/ports/webhook-store.ts";
import type { WebhookStore } from "../../engine/ports/webhook-store.ts";
import { numbersLiteral, textsLiteral } from "./array-literal.ts";
import { codeOf } from "./connection-fault.ts";
import { databaseOf } from "./database.ts";
import type { DatabaseSource } from "./database.ts";
import { endpointTable } from "./webhook-endpoints.ts";
import { lettersDocument, letterTable } from "./webhook-letters.ts";

/** Raised by `record_webhook_round` when a stored position is not the expected one, or the endpoint is gone. */
const ENDPOINT_MOVED = "SP007";

/** Endpoints, how far they are, and what they have not taken, in Postgres. */
export function postgresWebhookStore(source: DatabaseSource): WebhookStore {
  const database = databaseOf(source, { applicationName: "stampede webhooks", connectionsMax: 1 });
  return {
    ...endpointTable(database),
    ...letterTable(database),

    async positions(id) {
      const rows = await database.read(
        (sql) =>
          sql<
            { shard: number; seq: string }[]
          >`select shard, seq from webhook_position where endpoint = ${id}`,
      );
      return new Map(rows.map(({ shard, seq }) => [shard, Number(seq)]));
    },

    async record(id, { steps, settled, waiting, dead, health, suspension }) {
      try {
        await database.write(
          (sql) => sql`
            select record_webhook_round(
              ${id},
              ${numbersLiteral(steps.map(({ shard }) => shard))}::integer[],
              ${numbersLiteral(steps.map(({ oldSeq }) => oldSeq))}::bigint[],
              ${numbersLiteral(steps.map(({ newSeq }) => newSeq))}::bigint[],
              ${textsLiteral(settled)}::text[],
              ${lettersDocument(waiting, dead)}::text::jsonb,
              ${health.failingSinceMs}::bigint, ${health.lastDeliveredAtMs}::bigint, ${health.lastFailure}::text,
              ${suspension}::text
            )`,
        );
      } catch (error) {
        if (codeOf(error) !== ENDPOINT_MOVED) throw error;
        throw new EndpointMoved("the endpoint is gone, or somebody else has moved it", { cause: error });
      }
    },

    async takeBack(id, positions) {
      const [row] = await database.write(
        (sql) => sql<{ back: number }[]>`
          select take_webhook_back(
            ${id},
            ${numbersLiteral(positions.map(([shard]) => shard))}::integer[],
            ${numbersLiteral(positions.map(([, seq]) => seq))}::bigint[]
          ) as back`,
      );
      return row?.back ?? 0;
    },

    close: () => database.close(),
  };
}
