import { Histogram } from "../statistics/histogram.ts";

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
