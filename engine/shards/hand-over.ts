import { assert } from "../contract/assert.ts";

/**
 * Where a planned move of shards is.
 *
 * `preparing` the target gets ready while the source serves; `buffering` routers keep what comes for the shards;
 * `finishing` the source makes what it has begun durable and stops; `raisingEpoch` the target takes the shards over;
 * `replaying` it reads what it has not read yet; `opening` it begins to serve; `releasing` routers send on what they kept.
 * Before the epoch is raised a move can be undone: `returning` lets the source serve again.
 */
export type HandOverPhase =
  | "preparing"
  | "buffering"
  | "finishing"
  | "raisingEpoch"
  | "replaying"
  | "opening"
  | "releasing"
  | "returning"
  | "done"
  | "cancelled";

/** A planned move of shards from one owner to another: plain data, so that a coordinator can store it. */
export interface HandOver {
  /** Grows with each move: a router ignores the orders of one that is over. */
  readonly number: number;
  readonly shards: readonly number[];
  readonly source: string;
  readonly target: string;
  /** Everybody who sends to the shards. */
  readonly routers: readonly string[];
  readonly phase: HandOverPhase;
  readonly deadlineAtMs: number;
  /** Routers that have done what the phase asks of them. */
  readonly confirmed: readonly string[];
  /** Who owns the shards once the move is over. */
  readonly owner: string;
}

/** What a participant reports, a coordinator wants, or time brings. */
export type HandOverInput =
  | { readonly type: "Prepared" }
  | { readonly type: "Buffering"; readonly router: string }
  | { readonly type: "Finished" }
  | { readonly type: "EpochRaised" }
  | { readonly type: "Replayed" }
  | { readonly type: "Opened" }
  | { readonly type: "Released"; readonly router: string }
  /** The source serves again, with an epoch raised for it. */
  | { readonly type: "Returned" }
  | { readonly type: "Cancel" }
  /** Repeats what has no answer and ends a phase that takes too long. */
  | { readonly type: "Tick" };

/** What a participant is asked to do. Asked again until it is reported: doing it twice must be as good as once. */
export type HandOverOrder =
  | { readonly type: "Prepare"; readonly target: string }
  | { readonly type: "Buffer"; readonly router: string }
  | { readonly type: "Finish"; readonly source: string }
  | { readonly type: "RaiseEpoch"; readonly target: string }
  | { readonly type: "Replay"; readonly target: string }
  | { readonly type: "Open"; readonly target: string }
  | { readonly type: "Return"; readonly source: string }
  | { readonly type: "Release"; readonly router: string; readonly owner: string };

/** The move after an input, and what is to be done now. */
export interface HandOverStep {
  readonly handOver: HandOver;
  readonly orders: readonly HandOverOrder[];
}

/** How long each phase may take, milliseconds. */
export interface HandOverLimits {
  /** Reading snapshots and journal before anybody waits. */
  readonly prepareMs: number;
  /** Any phase in which clients wait. */
  readonly pausedMs: number;
}

/** Sound for shards whose tails are bounded by checkpoints. */
export const defaultHandOverLimits: HandOverLimits = { prepareMs: 30_000, pausedMs: 2_000 };

/** Begins a move. */
export function beginHandOver(
  move: Pick<HandOver, "number" | "shards" | "source" | "target" | "routers">,
  nowMs: number,
  limits: HandOverLimits,
): HandOverStep {
  assert(move.shards.length > 0, "a move has shards", `move ${move.number}`);
  assert(move.source !== move.target, "a move has two ends", `move ${move.number}`);
  const blank = { ...move, owner: move.source, confirmed: [], phase: "preparing", deadlineAtMs: 0 } as const;
  return enter(blank, "preparing", nowMs, limits);
}

/** Takes an input in. One that is late, repeated or out of place changes nothing. */
export function advanceHandOver(
  handOver: HandOver,
  input: HandOverInput,
  nowMs: number,
  limits: HandOverLimits,
): HandOverStep {
  const next = (phase: HandOverPhase): HandOverStep => enter(handOver, phase, nowMs, limits);
  const own = (phase: HandOverPhase): HandOverStep =>
    enter({ ...handOver, owner: handOver.target }, phase, nowMs, limits);
  const { phase } = handOver;
  switch (input.type) {
    case "Prepared":
      return phase === "preparing" ? next("buffering") : stay(handOver);
    case "Buffering":
      return phase === "buffering"
        ? confirm(handOver, input.router, () => next("finishing"))
        : stay(handOver);
    case "Finished":
      return phase === "finishing" ? next("raisingEpoch") : stay(handOver);
    case "EpochRaised":
      return phase === "raisingEpoch" ? next("replaying") : stay(handOver);
    case "Replayed":
      return phase === "replaying" ? next("opening") : stay(handOver);
    case "Opened":
      return phase === "opening" ? own("releasing") : stay(handOver);
    case "Released":
      return phase === "releasing" ? confirm(handOver, input.router, () => next("done")) : stay(handOver);
    case "Returned":
      return phase === "returning" ? next("releasing") : stay(handOver);
    case "Cancel":
      return undo(handOver, nowMs, limits);
    case "Tick":
      return nowMs >= handOver.deadlineAtMs ? overdue(handOver, nowMs, limits) : repeat(handOver);
  }
}

/** Whether the move is over, one way or the other. */
export function isOver({ phase }: HandOver): boolean {
  return phase === "done" || phase === "cancelled";
}

/** A phase has lasted too long: nobody waits for a slow target. Routers that do not answer are told until they do. */
function overdue(handOver: HandOver, nowMs: number, limits: HandOverLimits): HandOverStep {
  const { phase } = handOver;
  return phase === "releasing" || phase === "returning" ? repeat(handOver) : undo(handOver, nowMs, limits);
}

/**
 * Goes back to the source. Once the source may have stopped, it takes the shards over again like any other owner, so
 * that it does not matter how far the target has come: its epoch is the lower one then.
 */
function undo(handOver: HandOver, nowMs: number, limits: HandOverLimits): HandOverStep {
  switch (handOver.phase) {
    case "preparing":
      return enter(handOver, "cancelled", nowMs, limits);
    case "buffering":
      return enter(handOver, "releasing", nowMs, limits);
    case "finishing":
    case "raisingEpoch":
    case "replaying":
    case "opening":
      return enter(handOver, "returning", nowMs, limits);
    case "releasing":
    case "returning":
    case "done":
    case "cancelled":
      return stay(handOver);
  }
}

function enter(
  handOver: HandOver,
  phase: HandOverPhase,
  nowMs: number,
  limits: HandOverLimits,
): HandOverStep {
  const forMs = phase === "preparing" ? limits.prepareMs : limits.pausedMs;
  return repeat({ ...handOver, phase, confirmed: [], deadlineAtMs: nowMs + forMs });
}

function confirm(handOver: HandOver, router: string, all: () => HandOverStep): HandOverStep {
  if (!handOver.routers.includes(router) || handOver.confirmed.includes(router)) return stay(handOver);
  const confirmed = [...handOver.confirmed, router];
  return confirmed.length === handOver.routers.length ? all() : stay({ ...handOver, confirmed });
}

function stay(handOver: HandOver): HandOverStep {
  return { handOver, orders: [] };
}

function repeat(handOver: HandOver): HandOverStep {
  return { handOver, orders: ordersOf(handOver) };
}

/** What the phase asks for and has not been reported. */
function ordersOf({ phase, source, target, routers, confirmed, owner }: HandOver): readonly HandOverOrder[] {
  const missing = routers.filter((router) => !confirmed.includes(router));
  switch (phase) {
    case "preparing":
      return [{ type: "Prepare", target }];
    case "buffering":
      return missing.map((router) => ({ type: "Buffer", router }));
    case "finishing":
      return [{ type: "Finish", source }];
    case "raisingEpoch":
      return [{ type: "RaiseEpoch", target }];
    case "replaying":
      return [{ type: "Replay", target }];
    case "opening":
      return [{ type: "Open", target }];
    case "releasing":
      return missing.map((router) => ({ type: "Release", router, owner }));
    case "returning":
      return [{ type: "Return", source }];
    case "done":
    case "cancelled":
      return [];
  }
}
