import type { Context, Decision } from "../../engine/contract/decider.ts";
import { done, type Outcome, type Refusal } from "../../engine/contract/outcome.ts";
import { lineFrom, reachedAt } from "../../engine/contract/waiting-line.ts";
import { nothing, refuse } from "../decision.ts";
import { limits } from "../limits.ts";
import type { IssueNumbers, QueueCommand, QueueEvent, QueueTerms } from "./messages.ts";
import type { QueueState } from "./state.ts";
import { rateFault, termsFault } from "./terms.ts";

type QueueDecision = Decision<QueueEvent>;

/** Decides a command of `queue/SALE`. One whose start has come is shuffled first, in the same decision. */
export function decideQueue(state: QueueState, command: QueueCommand, { nowMs }: Context): QueueDecision {
  const { terms } = state;
  if (terms === null) {
    if (command.type === "OpenQueue") return openQueue(state, command.terms);
    return command.type === "WakeUp" ? nothing : refuse(queueNotFound(state.sale));
  }
  if (state.shuffle !== null || nowMs < terms.startsAtMs) return decideOpened(state, terms, command, nowMs);
  const begun = beginning(state, terms, nowMs);
  const decision = decideOpened({ ...state, ...begun.state }, terms, command, nowMs);
  return { ...decision, events: [...begun.events, ...decision.events] };
}

function decideOpened(
  state: QueueState,
  terms: QueueTerms,
  command: QueueCommand,
  nowMs: number,
): QueueDecision {
  switch (command.type) {
    case "OpenQueue":
      return openQueue(state, command.terms, nowMs);
    case "ChangeRate":
      return changeRate(state, terms, command.admitPerMinute, nowMs);
    case "EndQueue":
      return {
        events: terms.endsAtMs <= nowMs ? [] : [{ type: "QueueSet", terms: { ...terms, endsAtMs: nowMs } }],
        outcome: answered(state),
      };
    case "IssueNumbers":
      return issueNumbers(state, terms, command, nowMs);
    case "WakeUp":
      return nothing;
  }
}

/** What the start does: all who are there get their places, and the first of them begin to be let in. */
function beginning(
  { issued, chance }: QueueState,
  { admitPerMinute }: QueueTerms,
  nowMs: number,
): {
  readonly state: Pick<QueueState, "shuffle" | "line">;
  readonly events: readonly QueueEvent[];
} {
  const shuffle = { size: issued, seed: chance };
  const line = { base: 0, sinceMs: nowMs, perMinute: admitPerMinute, passed: 0 };
  return {
    state: { shuffle, line },
    events: [
      { type: "QueueShuffled", ...shuffle },
      { type: "LineSet", line },
    ],
  };
}

function openQueue(state: QueueState, terms: QueueTerms, nowMs = 0): QueueDecision {
  const fault = termsFault(state.sale, terms);
  if (fault !== undefined) return refuse(fault);
  const before = state.terms;
  const hasMoved = before?.startsAtMs !== terms.startsAtMs || before.opensAtMs !== terms.opensAtMs;
  if (state.shuffle !== null && hasMoved)
    return refuse({
      code: "queue_begun",
      detail: `The waiting room of ${state.sale} has begun: when it opens and starts cannot change any more.`,
      field: "startsAtMs",
      values: { sale: state.sale },
    });
  const opened: readonly QueueEvent[] = isSame(before, terms) ? [] : [{ type: "QueueSet", terms }];
  return {
    events: [...opened, ...rateSet(state, terms, nowMs)],
    outcome: answered(state),
  };
}

function changeRate(
  state: QueueState,
  terms: QueueTerms,
  admitPerMinute: number,
  nowMs: number,
): QueueDecision {
  const fault = rateFault(admitPerMinute);
  if (fault !== undefined) return refuse(fault);
  if (terms.admitPerMinute === admitPerMinute) return { events: [], outcome: answered(state) };
  const changed = { ...terms, admitPerMinute };
  return {
    events: [{ type: "QueueSet", terms: changed }, ...rateSet(state, changed, nowMs)],
    outcome: answered(state),
  };
}

/** The line with the speed of these terms, once there is a line. */
function rateSet(state: QueueState, terms: QueueTerms, nowMs: number): readonly QueueEvent[] {
  const { admitPerMinute: perMinute, admissionMs } = terms;
  const { line, shuffle, issued } = state;
  if (shuffle === null || line.perMinute === perMinute) return [];
  const base = Math.min(reachedAt(line, nowMs), issued + savedUp(perMinute));
  return [{ type: "LineSet", line: lineFrom(line, { base, perMinute }, { issued, admissionMs }, nowMs) }];
}

function issueNumbers(
  state: QueueState,
  terms: QueueTerms,
  { count, salt }: IssueNumbers,
  nowMs: number,
): QueueDecision {
  const { sale, issued } = state;
  if (nowMs < terms.opensAtMs || nowMs >= terms.endsAtMs) return refuse(queueClosed(sale, terms, nowMs));
  if (issued + count > limits.queueNumbersMax)
    return refuse({
      code: "queue_full",
      detail: `The waiting room of ${sale} has no room for more.`,
      values: { sale, limit: limits.queueNumbersMax },
    });
  return {
    events: [...heldBack(state, terms, nowMs), { type: "NumbersIssued", count, salt }],
    outcome: done({ first: issued, count }),
  };
}

/** A queue that nobody has waited in does not save up: the crowd that comes next is let in at the same pace. */
function heldBack(
  { line, shuffle, issued }: QueueState,
  { admissionMs }: QueueTerms,
  nowMs: number,
): readonly QueueEvent[] {
  const { perMinute } = line;
  const base = issued + savedUp(perMinute);
  if (shuffle === null || reachedAt(line, nowMs) <= base) return [];
  return [{ type: "LineSet", line: lineFrom(line, { base, perMinute }, { issued, admissionMs }, nowMs) }];
}

/** How many may be let in at once after nobody came. */
function savedUp(perMinute: number): number {
  return perMinute === 0 ? 0 : Math.max(1, (perMinute * limits.queueBurstMs) / 60_000);
}

function queueNotFound(sale: string): Refusal {
  return {
    code: "queue_not_found",
    detail: `The sale ${sale} has no waiting room.`,
    field: "sale",
    values: { sale },
  };
}

function queueClosed(sale: string, { opensAtMs }: QueueTerms, nowMs: number): Refusal {
  const detail =
    nowMs < opensAtMs
      ? `The waiting room of ${sale} is not open yet.`
      : `The waiting room of ${sale} is closed: the sale is over.`;
  return { code: "queue_closed", detail, field: "sale", values: { sale } };
}

function answered({ sale }: QueueState): Outcome {
  return done({ sale });
}

function isSame(left: QueueTerms | null, right: QueueTerms): boolean {
  return (
    left?.opensAtMs === right.opensAtMs &&
    left.startsAtMs === right.startsAtMs &&
    left.endsAtMs === right.endsAtMs &&
    left.admitPerMinute === right.admitPerMinute &&
    left.admissionMs === right.admissionMs
  );
}
