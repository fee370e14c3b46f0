import type { Sql } from "postgres";
import type {
  Endpoint,
  EndpointChange,
  EndpointState,
  SignedEndpoint,
  WebhookStore,
} from "../../engine/ports/webhook-store.ts";
import { numbersLiteral } from "./array-literal.ts";
import type { Database } from "./database.ts";
import { numberOrNull } from "./webhook-letters.ts";

interface EndpointRow {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly allows_private: boolean;
  readonly allows_plain: boolean;
  readonly state: EndpointState;
  readonly reason: string | null;
  readonly secret: string;
  readonly previous_secret: string | null;
  readonly previous_secret_until_ms: string | null;
  readonly created_at_ms: string;
  readonly failing_since_ms: string | null;
  readonly last_delivered_at_ms: string | null;
  readonly last_failure: string | null;
  readonly revision: string;
}

/** What operators see and change of endpoints. */
export function endpointTable(
  database: Database,
): Pick<WebhookStore, "add" | "endpoints" | "find" | "change" | "remove"> {
  return {
    async add({ id, tenant, url, types, allowsPrivate, allowsPlain, secret }, positions, nowMs) {
      const [row] = await database.write(
        (sql) => sql<EndpointRow[]>`
          with added as (
            insert into webhook_endpoint (id, tenant, url, types, allows_private, allows_plain, secret, created_at_ms)
            values (${id}, ${tenant}, ${url}, ${JSON.stringify(types)}::text::jsonb, ${allowsPrivate}, ${allowsPlain}, ${secret}, ${nowMs})
            on conflict (id) do nothing
            returning *
          ), placed as (
            insert into webhook_position (endpoint, shard, seq)
            select added.id, given.shard, given.seq from added, unnest(
              ${numbersLiteral(positions.map(([shard]) => shard))}::integer[],
              ${numbersLiteral(positions.map(([, seq]) => seq))}::bigint[]
            ) as given (shard, seq)
          )
          select * from added`,
      );
      return row && endpointOf(row);
    },

    async endpoints() {
      const rows = await database.read(
        (sql) => sql<EndpointRow[]>`select * from webhook_endpoint order by number`,
      );
      return rows.map(signedOf);
    },

    async find(id) {
      const [row] = await database.read(
        (sql) => sql<EndpointRow[]>`select * from webhook_endpoint where id = ${id}`,
      );
      return row && signedOf(row);
    },

    async change(id, change) {
      const [row] = await database.write((sql) => changed(sql, id, change));
      return row && endpointOf(row);
    },

    async remove(id) {
      const rows = await database.write(
        (sql) => sql`delete from webhook_endpoint where id = ${id} returning id`,
      );
      return rows.length > 0;
    },
  };
}

function changed(sql: Sql, id: string, change: EndpointChange): PromiseLike<EndpointRow[]> {
  switch (change.type) {
    case "Pause":
      return sql<EndpointRow[]>`
        update webhook_endpoint set state = 'paused', reason = ${change.reason}, revision = revision + 1
        where id = ${id} returning *`;
    case "Resume":
      // What waits has the whole time for its attempts again.
      return sql<EndpointRow[]>`
        with fresh as (
          update webhook_letter set attempts = 0, first_failed_at_ms = null, due_at_ms = ${change.nowMs}
          where endpoint = ${id} and died_at_ms is null
        )
        update webhook_endpoint
        set state = 'active', reason = null, failing_since_ms = null, last_failure = null, revision = revision + 1
        where id = ${id} returning *`;
    case "RotateSecret":
      return sql<EndpointRow[]>`
        update webhook_endpoint
        set previous_secret = secret, previous_secret_until_ms = ${change.previousUntilMs}, secret = ${change.secret},
          revision = revision + 1
        where id = ${id} returning *`;
  }
}

function signedOf(row: EndpointRow): SignedEndpoint {
  const secrets = row.previous_secret === null ? [row.secret] : [row.secret, row.previous_secret];
  return { ...endpointOf(row), secrets };
}

function endpointOf(row: EndpointRow): Endpoint {
  return {
    id: row.id,
    tenant: row.tenant,
    url: row.url,
    types: row.types,
    allowsPrivate: row.allows_private,
    allowsPlain: row.allows_plain,
    state: row.state,
    reason: row.reason,
    createdAtMs: Number(row.created_at_ms),
    failingSinceMs: numberOrNull(row.failing_since_ms),
    lastDeliveredAtMs: numberOrNull(row.last_delivered_at_ms),
    lastFailure: row.last_failure,
    previousSecretUntilMs: numberOrNull(row.previous_secret_until_ms),
    revision: Number(row.revision),
  };
}
