import { Histogram, type HistogramData } from "../statistics/histogram.ts";

/** Numbers of one lane since it started, plain data for whoever shows them. */
export interface LaneStatistics {
  readonly lane: number;
  readonly state: string;
  readonly commandsByKind: Readonly<Record<string, number>>;
  readonly refusalsByCode: Readonly<Record<string, number>>;
  readonly overloaded: number;
  readonly expired: number;
  /** Commands and messages that an actor could not take: the program is at fault. */
  readonly faults: number;
  readonly commits: number;
  readonly events: number;
  /** Events that were made durable, of the types that their kinds want counted. */
  readonly eventsByType: Readonly<Record<string, number>>;
  readonly commitSegments: HistogramData;
  readonly commitEvents: HistogramData;
  readonly commitMs: HistogramData;
  readonly recoveries: number;
  readonly checkpoints: number;
  /** Damaged snapshots and checkpoints that were met. */
  readonly damagedSnapshots: number;
  /** Actors that were folded from the journal for want of a readable snapshot. */
  readonly rebuiltActors: number;
  readonly mailboxDepth: number;
  readonly activatedActors: number;
  /** Actors that somebody asks for and that could not be read. */
  readonly unreadableActors: number;
  /** Wake-ups in memory; those of actors that left it may be in the store alone. */
  readonly timers: number;
  /** Events that a recovery would have to fold, one more for each segment. */
  readonly tailEvents: number;
  readonly shards: number;
  readonly outboxPending: number;
  readonly callsPending: number;
  /** Calls among them that have failed again and again. */
  readonly callsStuck: number;
}

/** What a lane counts while it works. */
export class LaneCounters {
  readonly commandsByKind: Record<string, number> = {};
  readonly refusalsByCode: Record<string, number> = {};
  readonly eventsByType: Record<string, number> = {};
  overloaded = 0;
  expired = 0;
  faults = 0;
  commits = 0;
  events = 0;
  recoveries = 0;
  checkpoints = 0;
  rebuiltActors = 0;
  /** Pieces of work taken, and what all of it weighs; see `work-units.ts`. */
  taken = 0;
  workUnits = 0;
  readonly commitSegments = new Histogram([1, 2, 5, 10, 20, 50, 100, 200, 256]);
  readonly commitEvents = new Histogram([1, 5, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]);
  readonly commitMs = new Histogram([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000, 5_000]);

  countCommand(kind: string): void {
    this.commandsByKind[kind] = (this.commandsByKind[kind] ?? 0) + 1;
  }

  countEvents(type: string, count: number): void {
    this.eventsByType[type] = (this.eventsByType[type] ?? 0) + count;
  }

  countRefusal(code: string): void {
    this.refusalsByCode[code] = (this.refusalsByCode[code] ?? 0) + 1;
  }
}
