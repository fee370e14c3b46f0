import type { WaitingLine } from "../../engine/contract/waiting-line.ts";

/** How the waiting room of a sale works. */
export type QueueTerms = {
  /** From when on people may come, milliseconds since the epoch. */
  readonly opensAtMs: number;
  /** When those who are there are shuffled, and the first are let in. */
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** How many are let in per minute; 0 for nobody. */
  readonly admitPerMinute: number;
  /** How long whoever is let in may buy, milliseconds. */
  readonly admissionMs: number;
};

/** Commands of `queue/SALE`. `IssueNumbers` comes from gateways, the others from operators. */
export type QueueCommand =
  /** Opens the waiting room, or gives it other terms. Its start and its opening cannot change any more once it has begun. */
  | { readonly type: "OpenQueue"; readonly terms: QueueTerms }
  | { readonly type: "ChangeRate"; readonly admitPerMinute: number }
  | { readonly type: "EndQueue" }
  | IssueNumbers
  | { readonly type: "WakeUp" };

/** Gives out numbers for all who have come to one gateway in a moment. Reply: {@link IssueNumbersReply}. */
export type IssueNumbers = {
  readonly type: "IssueNumbers";
  readonly count: number;
  /** Chance that the gateway adds to the shuffle: a whole number below 2³². */
  readonly salt: number;
};

/** Reply to `IssueNumbers`: the numbers from `first` on. */
export type IssueNumbersReply = { readonly first: number; readonly count: number };

/** Facts about `queue/SALE`. */
export type QueueEvent =
  | { readonly type: "QueueSet"; readonly terms: QueueTerms }
  | { readonly type: "NumbersIssued"; readonly count: number; readonly salt: number }
  /** The numbers below `size` have places from now on that `seed` has mixed. */
  | { readonly type: "QueueShuffled"; readonly size: number; readonly seed: number }
  /** The queue moves like this from now on. */
  | { readonly type: "LineSet"; readonly line: WaitingLine };

/** What subscribers of `queue/SALE` see. */
export type QueueView = {
  readonly sale: string;
  readonly opensAtMs: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly admissionMs: number;
  /** Numbers that were given out: 0 and those after it. */
  readonly issued: number;
  /** Null until the start. Numbers below `size` have the place that `seed` gives them; all others are places themselves. */
  readonly shuffle: Shuffle | null;
  readonly line: WaitingLine;
};

/** How those who were there before the start have been mixed. */
export type Shuffle = { readonly size: number; readonly seed: number };
