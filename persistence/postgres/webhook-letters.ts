import type { DeadLetter, WaitingLetter, WebhookStore } from "../../engine/ports/webhook-store.ts";
import type { Database } from "./database.ts";

interface LetterRow {
  readonly event_id: string;
  readonly shard: number;
  readonly seq: string;
  readonly ordinal: number;
  readonly type: string;
  readonly subject: string;
  readonly occurred_at_ms: string;
  readonly body: string;
  readonly attempts: number;
  readonly first_failed_at_ms: string | null;
  readonly due_at_ms: string;
  readonly last_failure: string | null;
  readonly died_at_ms: string | null;
}

/** What endpoints have not taken. */
export function letterTable(database: Database): Pick<WebhookStore, "counts" | "waiting"> & DeadLetters {
  return {
    ...deadLetters(database),

    async counts(id) {
      const [row] = await database.read(
        (sql) => sql<{ waiting: number; dead: number }[]>`
          select count(*) filter (where died_at_ms is null)::integer as waiting,
            count(*) filter (where died_at_ms is not null)::integer as dead
          from webhook_letter where endpoint = ${id}`,
      );
      return row ?? { waiting: 0, dead: 0 };
    },

    async waiting(id) {
      const rows = await database.read(
        (sql) => sql<LetterRow[]>`
          select * from webhook_letter where endpoint = ${id} and died_at_ms is null order by shard, seq, ordinal`,
      );
      return rows.map(letterOf);
    },
  };
}

type DeadLetters = Pick<WebhookStore, "dead" | "isDead" | "revive" | "tidy">;

function deadLetters(database: Database): DeadLetters {
  return {
    async dead(id, countMax) {
      const rows = await database.read(
        (sql) => sql<LetterRow[]>`
          select * from webhook_letter where endpoint = ${id} and died_at_ms is not null
          order by died_at_ms desc, shard, seq, ordinal limit ${countMax}`,
      );
      return rows.map(deadLetterOf);
    },

    async isDead(id, eventId) {
      const rows = await database.read(
        (sql) => sql`
          select from webhook_letter
          where endpoint = ${id} and event_id = ${eventId} and died_at_ms is not null`,
      );
      return rows.length > 0;
    },

    async revive(id, eventId, nowMs) {
      const rows = await database.write(
        (sql) => sql`
          with revived as (
            update webhook_letter
            set died_at_ms = null, attempts = 0, first_failed_at_ms = null, due_at_ms = ${nowMs}
            where endpoint = ${id} and died_at_ms is not null and (${eventId ?? null}::text is null or event_id = ${eventId ?? null})
            returning 1
          ), told as (
            update webhook_endpoint set revision = revision + 1 where id = ${id} and exists (select from revived)
          )
          select from revived`,
      );
      return rows.length;
    },

    async tidy(diedBeforeMs, keptMax) {
      await database.write(
        (sql) => sql`
          delete from webhook_letter as letter using (
            select endpoint, event_id, row_number() over (partition by endpoint order by died_at_ms desc) as place
            from webhook_letter where died_at_ms is not null
          ) as dead
          where letter.endpoint = dead.endpoint and letter.event_id = dead.event_id
            and letter.died_at_ms is not null and (letter.died_at_ms < ${diedBeforeMs} or dead.place > ${keptMax})`,
      );
      const [row] = await database.read(
        (sql) => sql<{ count: number }[]>`
          select count(*)::integer as count from webhook_letter where died_at_ms is not null`,
      );
      return row?.count ?? 0;
    },
  };
}

function letterOf(row: LetterRow): WaitingLetter {
  return {
    event: {
      id: row.event_id,
      shard: row.shard,
      seq: Number(row.seq),
      ordinal: row.ordinal,
      type: row.type,
      subject: row.subject,
      occurredAtMs: Number(row.occurred_at_ms),
      body: row.body,
    },
    attempts: row.attempts,
    firstFailedAtMs: numberOrNull(row.first_failed_at_ms),
    dueAtMs: Number(row.due_at_ms),
    lastFailure: row.last_failure,
  };
}

function deadLetterOf(row: LetterRow): DeadLetter {
  return { ...letterOf(row), diedAtMs: Number(row.died_at_ms) };
}

/** Letters as `record_webhook_round` takes them. */
export function lettersDocument(waiting: readonly WaitingLetter[], dead: readonly DeadLetter[]): string {
  const rows = [
    ...waiting.map((letter) => documentOf(letter, null)),
    ...dead.map((letter) => documentOf(letter, letter.diedAtMs)),
  ];
  return JSON.stringify(rows);
}

/** A number that the database may not have. */
export function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function documentOf(letter: WaitingLetter, diedAtMs: number | null): Readonly<Record<string, unknown>> {
  const { id, shard, seq, ordinal, type, subject, occurredAtMs, body } = letter.event;
  return {
    event_id: id,
    shard,
    seq,
    ordinal,
    type,
    subject,
    occurred_at_ms: occurredAtMs,
    body,
    attempts: letter.attempts,
    first_failed_at_ms: letter.firstFailedAtMs,
    due_at_ms: letter.dueAtMs,
    last_failure: letter.lastFailure,
    died_at_ms: diedAtMs,
  };
}
