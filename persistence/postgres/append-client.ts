import type { Sql } from "postgres";
import { BlobWriter } from "../codec/blob-writer.ts";
import { segmentIdentity, writeSegmentBody } from "../codec/segment-body.ts";
import { AppendFault } from "../../engine/ports/journal.ts";
import type { Segment } from "../../engine/ports/journal.ts";
import { appendFaultOf } from "./append-fault.ts";
import { numbersLiteral } from "./array-literal.ts";
import type { Database } from "./database.ts";
import { withinDeadline } from "./deadline.ts";

const GRACE_MS = 250;

/**
 * Appends through a connection of its own, so that nothing queues in front of a commit. A connection whose reply was
 * lost or late is given up for a new one: its late reply must not meet the next append.
 *
 * Behind a new connection there may be another server, which took over without the last commits: the first append to it is
 * stored only behind the one before, or else it would leave a gap that nobody can read past.
 */
export class AppendClient {
  readonly #database: Database;
  readonly #deadlineMs: number;
  readonly #blob = new BlobWriter();
  #sql: Sql;
  /** Which segment the last append has stored, if nothing has failed since. */
  #stored: Pick<Segment, "shard" | "seq" | "batchId"> | undefined;
  /** A connection has closed since: the next one may lead to another server. */
  #mayHaveMoved = false;

  constructor(database: Database, deadlineMs: number) {
    this.#database = database;
    this.#deadlineMs = deadlineMs;
    this.#sql = this.#connect();
  }

  /** Stores all segments or none. @throws {AppendFault} */
  async append(segments: readonly Segment[]): Promise<void> {
    const [first] = segments;
    if (first === undefined) return;
    const sql = this.#sql;
    try {
      await withinDeadline(
        this.#statement(sql, segments, first.batchId),
        this.#deadlineMs + GRACE_MS,
        () => new AppendFault("unknown", `the database did not reply within ${this.#deadlineMs} ms`),
      );
      this.#stored = { shard: first.shard, seq: first.seq, batchId: first.batchId };
      this.#mayHaveMoved = false;
    } catch (error) {
      // Whoever appended reads what is stored before it goes on.
      this.#stored = undefined;
      const fault = appendFaultOf(error);
      if (fault.reason === "unknown") this.#reconnect(sql);
      throw fault;
    }
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 5 });
  }

  #connect(): Sql {
    // The server gives up a little earlier than we do: its answer is definite, and no batch is stored much later.
    return this.#database.connect({
      statementDeadlineMs: this.#deadlineMs,
      onClose: () => (this.#mayHaveMoved = true),
    });
  }

  #reconnect(lost: Sql): void {
    if (this.#sql !== lost) return;
    this.#sql = this.#connect();
    lost.end({ timeout: 0 }).catch((error: unknown) => {
      this.#database.log?.warn({ err: error }, "a lost connection of the journal did not close");
    });
  }

  #statement(sql: Sql, segments: readonly Segment[], batchId: string): Promise<unknown> {
    const blob = this.#blob;
    blob.reset();
    for (const { shard, body } of segments) writeSegmentBody(blob, segmentIdentity(shard, batchId), body);
    const { bytes, starts, lengths } = blob.blob();
    const predecessor = this.#mayHaveMoved ? this.#stored : undefined;
    return sql`select append_segments(
      ${batchId}::uuid,
      ${numbersLiteral(segments.map(({ shard }) => shard))}::integer[],
      ${numbersLiteral(segments.map(({ seq }) => seq))}::bigint[],
      ${numbersLiteral(segments.map(({ epoch }) => epoch))}::bigint[],
      ${numbersLiteral(starts)}::integer[],
      ${numbersLiteral(lengths)}::integer[],
      ${bytes}::bytea,
      ${predecessor?.shard ?? null}::integer,
      ${predecessor?.seq ?? null}::bigint,
      ${predecessor?.batchId ?? null}::uuid
    )`.execute();
  }
}
