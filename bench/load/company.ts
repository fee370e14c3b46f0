import type { Acknowledgement } from "../promises/acknowledgement.ts";
import type { Popularity } from "./popularity.ts";
import type { SecondTally } from "./second-tally.ts";

/** What the visitors of one generator have in common. */
export interface Company {
  readonly tally: SecondTally;
  /** Products in order of popularity. */
  readonly skus: readonly string[];
  readonly popularity: Popularity;
  /** Whether a customer's purchases count against a limit. */
  readonly hasLimit: boolean;
  /** Whether the run is over: whoever thinks about something leaves. */
  readonly isEnding: boolean;
  /** A key that no other command of the run has. */
  nextKey(): string;
  /** Something happens now: whatever is due by this time comes first. */
  passed(nowMs: number): void;
  acknowledged(told: Acknowledgement): void;
  /** A checkout got no answer: it may have become an order. */
  unanswered(): void;
}
