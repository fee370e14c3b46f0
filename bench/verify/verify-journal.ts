import { formatAddress } from "../../engine/contract/address.ts";
import type { AnyDecider } from "../../engine/contract/decider.ts";
import { UnknownVersion, upcastBody } from "../../engine/contract/upcast.ts";
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import type { Journal, Segment } from "../../engine/ports/journal.ts";
import type { Check, CheckPass } from "./check.ts";
import { calls } from "./checks/calls.ts";
import { checkouts } from "./checks/checkouts.ts";
import { epochs } from "./checks/epochs.ts";
import { folds } from "./checks/folds.ts";
import { holds } from "./checks/holds.ts";
import { keys } from "./checks/keys.ts";
import { messages } from "./checks/messages.ts";
import { pauses } from "./checks/pauses.ts";
import { payments } from "./checks/payments.ts";
import { queues } from "./checks/queues.ts";
import { sales } from "./checks/sales.ts";
import { sequence } from "./checks/sequence.ts";
import { shards } from "./checks/shards.ts";
import { stock } from "./checks/stock.ts";
import { tenants } from "./checks/tenants.ts";
import { Facts } from "./facts.ts";
import { Findings, type Violation } from "./findings.ts";
import { FoldedShard } from "./folded-shard.ts";
import { checkReport, type VerifyReport } from "./verify-report.ts";

/** Every check that needs the journal only, in the order of the report. */
export const journalChecks: readonly Check[] = [
  sequence,
  epochs,
  shards,
  tenants,
  messages,
  calls,
  keys,
  folds,
  stock,
  holds,
  pauses,
  queues,
  sales,
  payments,
  checkouts,
];

/** What {@link verifyJournal} needs to know about the shop. */
export interface VerifyOptions {
  readonly deciders: readonly AnyDecider[];
  /** Number of shards that the database was made with. */
  readonly shardCount: number;
  /** Settled keys that an actor remembers; as many as with {@link defaultLaneLimits} by default. */
  readonly keysPerActorMax?: number;
  /** Checks to run; all of {@link journalChecks} by default. */
  readonly checks?: readonly Check[];
  /** Called after every page with the number of segments read so far and in all. */
  readonly progress?: (segmentsRead: number, segmentsTotal: number) => void;
  /** Called with each shard once it is folded. */
  readonly shardFolded?: (shard: FoldedShard) => void;
}

/** The parts of a journal that a verification uses. */
export type ReadableJournal = Pick<Journal, "heads" | "read">;

/**
 * Reads the whole journal shard by shard and checks every promise that it can prove.
 *
 * A journal that grows meanwhile is cut at the heads of the start: one query reads them, and messages leave after
 * their cause is durable, so that the cut holds the cause of everything in it. What was under way at the cut is
 * counted as open.
 */
export async function verifyJournal(journal: ReadableJournal, options: VerifyOptions): Promise<VerifyReport> {
  const startedAtMs = performance.now();
  const reading = new Reading(options);
  const heads = await journal.heads();
  const total = heads.reduce((sum, [, seq]) => sum + seq, 0);
  for (const [shard, head] of [...heads].toSorted(([left], [right]) => left - right)) {
    reading.openShard(shard);
    try {
      await readShard(journal, reading, shard, head, () => options.progress?.(reading.segments, total));
      reading.expectHead(head);
    } catch (error) {
      reading.unreadable(error);
    }
    reading.closeShard();
  }
  return reading.report(Math.round(performance.now() - startedAtMs), heads.length);
}

async function readShard(
  journal: ReadableJournal,
  reading: Reading,
  shard: number,
  head: number,
  pageRead: () => void,
): Promise<void> {
  for await (const page of journal.read(shard, 0)) {
    for (const segment of page) if (segment.seq <= head) reading.segment(segment);
    pageRead();
    if ((page.at(-1)?.seq ?? 0) >= head) return;
  }
}

/** The state of one verification. */
class Reading {
  segments = 0;
  #events = 0;
  #actors = 0;
  #lastSeq = 0;
  #folded: FoldedShard;
  readonly #options: VerifyOptions;
  readonly #deciders: ReadonlyMap<string, AnyDecider>;
  readonly #facts = new Facts();
  readonly #runs: readonly { readonly check: Check; readonly findings: Findings; readonly pass: CheckPass }[];

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#deciders = new Map(options.deciders.map((decider) => [decider.kind, decider]));
    this.#folded = new FoldedShard(0, this.#deciders);
    this.#runs = (options.checks ?? journalChecks).map((check) => {
      const findings = new Findings();
      const { shardCount, keysPerActorMax = defaultLaneLimits.keysPerActorMax } = options;
      const context = { shardCount, keysPerActorMax, facts: this.#facts, findings };
      return { check, findings, pass: check.begin(context) };
    });
  }

  openShard(shard: number): void {
    this.#folded = new FoldedShard(shard, this.#deciders);
    this.#lastSeq = 0;
  }

  segment(stored: Segment): void {
    const segment = this.#current(stored);
    this.segments += 1;
    this.#lastSeq = segment.seq;
    this.#facts.segment(segment);
    for (const { pass } of this.#runs) pass.segment?.(segment);
    for (const entry of segment.body.actors) {
      this.#events += entry.events.length;
      const address = formatAddress(entry);
      const fault = this.#folded.fold(entry, address, segment.seq, segment.body.atMs);
      if (fault !== undefined) this.#blame(folds, { address, ...placeOf(segment), detail: fault });
      this.#facts.entry(entry, address, segment);
      for (const { pass } of this.#runs) pass.entry?.(entry, address, segment);
    }
  }

  /** With its events in today's shapes. What is newer stays as it is, and folding finds it. */
  #current(segment: Segment): Segment {
    try {
      return { ...segment, body: upcastBody(segment.body, this.#deciders) };
    } catch (error) {
      if (error instanceof UnknownVersion) return segment;
      throw error;
    }
  }

  unreadable(error: unknown): void {
    const detail = `the segment cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    this.#blame(sequence, { shard: this.#folded.shard, seq: this.#lastSeq + 1, detail });
  }

  expectHead(head: number): void {
    if (this.#lastSeq === head) return;
    const detail = `the shard ends at segment ${this.#lastSeq}, its head is ${head}`;
    this.#blame(sequence, { shard: this.#folded.shard, seq: this.#lastSeq, detail });
  }

  closeShard(): void {
    this.#actors += this.#folded.actorCount;
    this.#facts.shardEnd(this.#folded);
    for (const { pass } of this.#runs) pass.shardEnd?.(this.#folded);
    this.#options.shardFolded?.(this.#folded);
  }

  report(elapsedMs: number, shardCount: number): VerifyReport {
    for (const { pass } of this.#runs) pass.end?.();
    const checks = this.#runs.map(({ check, findings, pass }) => checkReport(check, findings, pass.note?.()));
    return {
      checked: checks.reduce((sum, check) => sum + check.checked, 0),
      violations: checks.reduce((sum, check) => sum + check.violations, 0),
      shards: shardCount,
      segments: this.segments,
      events: this.#events,
      actors: this.#actors,
      elapsedMs,
      checks,
    };
  }

  /** Reading and folding serve all checks; what goes wrong there belongs to the one that is about it. */
  #blame(check: Check, violation: Violation): void {
    this.#runs.find((run) => run.check === check)?.findings.violation(violation);
  }
}

function placeOf(segment: Segment): { readonly shard: number; readonly seq: number } {
  return { shard: segment.shard, seq: segment.seq };
}
