import type { Acknowledgement } from "../promises/acknowledgement.ts";
import type { Scenario } from "../scenario/scenario.ts";

/**
 * What is timed: a journey up to its order without the time it thinks, one command or view, one refusal, or a push from
 * the command that causes it to a watcher. In an open loop the first thing a visitor does counts from its intended start.
 */
export type Timed = "order" | "cart.add" | "checkout" | "browse" | "refusal" | "push";

/** What one generator process is to do. All generators of a run get the same but for their number. */
export interface GeneratorTask {
  readonly scenario: Scenario;
  readonly runId: string;
  readonly seed: number;
  /** Number of this generator, from 0, of so many. Each takes its share of sockets, watchers and arrivals. */
  readonly generator: number;
  readonly generators: number;
  /** `ws://host:port/v1/socket`. */
  readonly socketUrl: string;
  /** Products in order of popularity, the most popular first. */
  readonly skus: readonly string[];
  /** A product that nobody else buys: what this generator does to it times the pushes. Undefined without watchers. */
  readonly beacon: string | undefined;
  /** Recorded baskets of this generator, in order of time; empty unless arrivals are recorded. */
  readonly recorded: readonly RecordedBasket[];
}

/** A basket of the past: when it was bought, milliseconds from the start of the run at the chosen speed, and its lines. */
export interface RecordedBasket {
  readonly atMs: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** How the load of a run ended. */
export interface LoadEnd {
  /** Checkouts without an answer: each may have become an order. */
  readonly unanswered: number;
  /** When the shop went away before the run was over: seconds since the start that somebody was in it; null otherwise. */
  readonly cutOffAtSeconds: number | null;
}

/** From the run to a generator. `start`: at this time by the machine's clock, milliseconds since 1970. */
export type ToGenerator =
  | { readonly kind: "task"; readonly task: GeneratorTask }
  | { readonly kind: "start"; readonly atMs: number }
  | { readonly kind: "stop" };

/** From a generator to the run. */
export type FromGenerator =
  | { readonly kind: "opening"; readonly opened: number; readonly total: number }
  | { readonly kind: "ready" }
  | { readonly kind: "second"; readonly second: GeneratorSecond }
  /** What shoppers were told since the last such message. */
  | { readonly kind: "acknowledged"; readonly orders: readonly Acknowledgement[] }
  /** Everything was sent; the process ends. */
  | ({ readonly kind: "done" } & LoadEnd)
  | { readonly kind: "failed"; readonly reason: string };

/**
 * What one generator saw in one second of the run. A latency counts in the second in which it ended; the seconds after the
 * last phase tell of what was still under way then. What was asked for and never answered counts with the time that was
 * waited for it, so that a shop that does not answer is not quicker for it.
 */
export interface GeneratorSecond {
  readonly generator: number;
  /** Whole seconds since the start of the run, the warm-up included. */
  readonly second: number;
  /** Arrivals that were due in this second. */
  readonly arrivals: number;
  /** Of them, those that no connection was free for. */
  readonly dropped: number;
  /** Journeys that came to their end. */
  readonly completed: number;
  /** Journeys that were cut off, by a lost connection or because the shop had not answered long after the end of the run. */
  readonly unfinished: number;
  readonly orders: number;
  /** Units in carts that were added. */
  readonly holds: number;
  readonly commands: number;
  /** Commands that were sent again because the shop asked for it. */
  readonly retries: number;
  /** All answers that were a refusal, those included after which the command was sent again. */
  readonly refusedByCode: Readonly<Record<string, number>>;
  /** Refusals that ask to try again, and of them those that say when. */
  readonly retryable: number;
  readonly retryableWithHint: number;
  /** Compressed HDR histograms (V2, base64) of microseconds; only of what occurred. */
  readonly micros: Readonly<Partial<Record<Timed, string>>>;
  /** CPU time of this process in this second, microseconds. */
  readonly cpuMicros: number;
  /** The longest that an arrival, or what came after a pause to think, was begun late because this process was busy, milliseconds. */
  readonly latestStartMs: number;
}
