import { Histogram, type HistogramData } from "../../engine/statistics/histogram.ts";
import type { Operation } from "../protocol/messages.ts";
import type { CommandResult } from "./command-result.ts";

const OUTCOMES = ["done", "refused", "failed"] as const;

/**
 * How a command ended: `refused` for a reason of the shopper's or of the stock, also a deadline nearer than what is promised; `failed` by
 * a fault of the shop (status 500 and above).
 */
export type CommandOutcome = (typeof OUTCOMES)[number];

/** How long shoppers' commands of one operation took that ended in one way. */
export interface CommandTime {
  readonly op: Operation;
  readonly outcome: CommandOutcome;
  /** From the frame or request to its answer, milliseconds. */
  readonly ms: HistogramData;
}

// What shoppers are promised: see docs/operations.md.
const PROMISED_MS = 200;
const BOUNDS_MS = [5, 10, 20, 50, 100, PROMISED_MS, 500, 1_000, 2_000, 5_000, 10_000];
const SERVER_FAULT = 500;

type ByOutcome = Readonly<Record<CommandOutcome, Histogram>>;

/** How long shoppers wait, by operation and by how it ended. */
export class CommandTimes {
  readonly #byOperation = new Map<Operation, ByOutcome>();

  /** Counts an answer that took `ms` milliseconds. */
  record(op: Operation, result: CommandResult, ms: number): void {
    let byOutcome = this.#byOperation.get(op);
    // All at once: a failure is seen as a rise only where there was a number before it.
    if (byOutcome === undefined) this.#byOperation.set(op, (byOutcome = noTimes()));
    byOutcome[outcomeOf(result, ms)].record(ms);
  }

  /** A copy of all counts. */
  values(): readonly CommandTime[] {
    return [...this.#byOperation].flatMap(([op, byOutcome]) =>
      OUTCOMES.map((outcome) => ({ op, outcome, ms: byOutcome[outcome].toData() })),
    );
  }
}

function noTimes(): ByOutcome {
  return {
    done: new Histogram(BOUNDS_MS),
    refused: new Histogram(BOUNDS_MS),
    failed: new Histogram(BOUNDS_MS),
  };
}

function outcomeOf(result: CommandResult, ms: number): CommandOutcome {
  if (result.ok) return "done";
  // Who gives the shop less time than it promises has asked for this: anybody could wake operators up with it otherwise.
  if (result.problem.code === "deadline_expired" && ms < PROMISED_MS) return "refused";
  return result.problem.status >= SERVER_FAULT ? "failed" : "refused";
}
