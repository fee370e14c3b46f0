/**
 * Where a planned move of shards is.
 *
 * `preparing` the target gets ready while the source serves; `placing` the placement gives the shards to the target, and
 * nobody is told; `finishing` routers keep what comes for the shards, and the source makes what it has begun durable and
 * stops; `adopting` the target takes them over, reads what it has not read yet, and begins to serve; `releasing` routers
 * send on what they kept. Until the target serves, a move can be undone: `placingBack` the placement gives the shards to
 * the source again, `returning` the source serves again.
 *
 * Clients wait from `finishing` on. The placement is written before: an epoch says who may append, so that the source
 * serves on as if nothing was written.
 */
export type HandOverPhase =
  | "preparing"
  | "placing"
  | "finishing"
  | "adopting"
  | "releasing"
  | "placingBack"
  | "returning"
  | "done"
  | "cancelled";

/** One end of a move. */
export type HandOverEnd = "source" | "target";

/** A planned move of shards from one lane to another. */
export interface HandOver {
  readonly phase: HandOverPhase;
  readonly deadlineAtMs: number;
  /** Everybody who sends to the shards. */
  readonly routers: readonly string[];
  /** Routers that have done what the phase asks of them. */
  readonly confirmed: readonly string[];
  /** Ends that are gone. */
  readonly lost: readonly HandOverEnd[];
  /** Who has the shards once the move is over. */
  readonly owner: HandOverEnd;
}

/** What a participant reports, a coordinator wants or has done, or time brings. */
export type HandOverInput =
  | { readonly type: "Prepared" }
  | { readonly type: "Buffering"; readonly router: string }
  | { readonly type: "Finished" }
  /** The placement gives the shards to this end, durably. */
  | { readonly type: "Placed"; readonly at: HandOverEnd }
  | { readonly type: "Adopted" }
  | { readonly type: "Released"; readonly router: string }
  /** The source serves again, with an epoch raised for it if it had stopped. */
  | { readonly type: "Returned" }
  /** An end is gone, or cannot serve. */
  | { readonly type: "Lost"; readonly end: HandOverEnd }
  /** Nobody sends from there any more. */
  | { readonly type: "RouterLost"; readonly router: string }
  | { readonly type: "Cancel" }
  /** Repeats what has no answer and ends a phase that takes too long. */
  | { readonly type: "Tick" };

/** What a participant is asked to do. Asked again until it is reported: doing it twice must be as good as once. */
export type HandOverOrder =
  /** To the target. */
  | { readonly type: "Prepare" }
  | { readonly type: "Buffer"; readonly router: string }
  /** To the source. */
  | { readonly type: "Finish" }
  /** To whoever writes the placement. */
  | { readonly type: "Place"; readonly at: HandOverEnd }
  /** To the target. */
  | { readonly type: "Adopt" }
  /** To the source. */
  | { readonly type: "Return" }
  /** To the target, once, when it is not to have the shards: one that does not hear of it forgets by itself. */
  | { readonly type: "Forget" }
  | { readonly type: "Release"; readonly router: string };

/** The move after an input, and what is to be done now. */
export interface HandOverStep {
  readonly handOver: HandOver;
  readonly orders: readonly HandOverOrder[];
}

/** How long each phase may take, milliseconds. */
export interface HandOverLimits {
  /** Reading snapshots and journal before anybody waits. */
  readonly prepareMs: number;
  /** Any other phase: clients wait in most of them. */
  readonly pausedMs: number;
}

/** Sound for shards whose tails are bounded by checkpoints. */
export const defaultHandOverLimits: HandOverLimits = { prepareMs: 30_000, pausedMs: 2_000 };

/** Begins a move. */
export function beginHandOver(
  routers: readonly string[],
  nowMs: number,
  limits: HandOverLimits,
): HandOverStep {
  return enter(blank(routers), "preparing", nowMs, limits);
}

/**
 * Takes up a move that somebody else has begun and not ended; `placedAt` is the end that has the shards by the placement. With
 * the target it goes on there, as soon as the source has stopped, in case it has not. A source may have stopped while
 * clients wait: it serves again before anything else is tried.
 */
export function resumeHandOver(
  routers: readonly string[],
  placedAt: HandOverEnd,
  nowMs: number,
  limits: HandOverLimits,
): HandOverStep {
  return enter(blank(routers), placedAt === "target" ? "finishing" : "returning", nowMs, limits);
}

/** Takes an input in. One that is late, repeated or out of place changes nothing. */
export function advanceHandOver(
  handOver: HandOver,
  input: HandOverInput,
  nowMs: number,
  limits: HandOverLimits,
): HandOverStep {
  const { phase } = handOver;
  const onlyFrom = (expected: HandOverPhase, then: HandOverPhase): HandOverStep =>
    phase === expected ? enter(handOver, then, nowMs, limits) : stay(handOver);
  switch (input.type) {
    case "Prepared":
      return onlyFrom("preparing", "placing");
    case "Finished":
      return onlyFrom("finishing", "adopting");
    case "Placed":
      if (input.at === "source") return onlyFrom("placingBack", "returning");
      return onlyFrom("placing", handOver.lost.includes("source") ? "adopting" : "finishing");
    case "Adopted":
      return phase === "adopting" ? own(handOver, nowMs, limits) : stay(handOver);
    case "Returned":
      return onlyFrom("returning", "releasing");
    case "Buffering":
      return phase === "finishing" ? confirm(handOver, input.router, nowMs, limits) : stay(handOver);
    case "Released":
      return phase === "releasing" ? confirm(handOver, input.router, nowMs, limits) : stay(handOver);
    case "RouterLost":
      return loseRouter(handOver, input.router, nowMs, limits);
    case "Lost":
      return lose(handOver, input.end, nowMs, limits);
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

/** A phase has lasted too long: nobody waits for a slow target. Those that clients need are asked until they answer. */
function overdue(handOver: HandOver, nowMs: number, limits: HandOverLimits): HandOverStep {
  const { phase, lost } = handOver;
  if (phase === "releasing" || phase === "placingBack") return repeat(handOver);
  // By the placement the source has to serve, with or without this move: nothing else waits for it.
  if (phase === "returning") return enter(handOver, "releasing", nowMs, limits);
  // Without the source there is no way back: the placement is written when it can be…
  if (phase === "placing" && lost.includes("source")) return repeat(handOver);
  // …and tells the target what it has to do, with or without this move.
  if (phase === "adopting" && lost.includes("source")) return own(handOver, nowMs, limits);
  return undo(handOver, nowMs, limits);
}

/**
 * Goes back to the source. Once the source may have stopped, it takes the shards over again like any other owner, so
 * that it does not matter how far the target has come: its epoch is the lower one then.
 */
function undo(handOver: HandOver, nowMs: number, limits: HandOverLimits): HandOverStep {
  switch (handOver.phase) {
    case "preparing":
      return { ...enter(handOver, "cancelled", nowMs, limits), orders: forgetting(handOver) };
    case "placing":
    case "finishing":
    case "adopting":
      return handOver.lost.includes("source")
        ? stay(handOver)
        : enter(handOver, "placingBack", nowMs, limits);
    case "releasing":
    case "placingBack":
    case "returning":
    case "done":
    case "cancelled":
      return stay(handOver);
  }
}

/** What the target has read ahead takes room, and its reading a place that other moves wait for. */
function forgetting({ lost }: HandOver): readonly HandOverOrder[] {
  return lost.includes("target") ? [] : [{ type: "Forget" }];
}

/** Without its source a move goes on, without its target it goes back; without both, routers wait for nobody. */
function lose(handOver: HandOver, end: HandOverEnd, nowMs: number, limits: HandOverLimits): HandOverStep {
  if (handOver.lost.includes(end)) return stay(handOver);
  const left = { ...handOver, lost: [...handOver.lost, end] };
  const { phase } = handOver;
  if (isOver(handOver) || phase === "releasing") return stay(left);
  if (left.lost.length === 2) return enter(left, "releasing", nowMs, limits);
  if (end === "target") return undo(left, nowMs, limits);
  if (phase === "placing" || phase === "adopting") return stay(left);
  return enter(left, phase === "finishing" ? "adopting" : "placing", nowMs, limits);
}

function loseRouter(handOver: HandOver, router: string, nowMs: number, limits: HandOverLimits): HandOverStep {
  const routers = handOver.routers.filter((other) => other !== router);
  const confirmed = handOver.confirmed.filter((other) => other !== router);
  return whenAllConfirmed({ ...handOver, routers, confirmed }, nowMs, limits);
}

function confirm(handOver: HandOver, router: string, nowMs: number, limits: HandOverLimits): HandOverStep {
  if (!handOver.routers.includes(router) || handOver.confirmed.includes(router)) return stay(handOver);
  return whenAllConfirmed({ ...handOver, confirmed: [...handOver.confirmed, router] }, nowMs, limits);
}

function whenAllConfirmed(handOver: HandOver, nowMs: number, limits: HandOverLimits): HandOverStep {
  const { phase, routers, confirmed, owner } = handOver;
  if (phase !== "releasing" || confirmed.length < routers.length) return stay(handOver);
  return enter(handOver, owner === "target" ? "done" : "cancelled", nowMs, limits);
}

/** The target has the shards: from here on there is no way back. */
function own(handOver: HandOver, nowMs: number, limits: HandOverLimits): HandOverStep {
  return enter({ ...handOver, owner: "target" }, "releasing", nowMs, limits);
}

function enter(
  handOver: HandOver,
  phase: HandOverPhase,
  nowMs: number,
  limits: HandOverLimits,
): HandOverStep {
  const forMs = phase === "preparing" ? limits.prepareMs : limits.pausedMs;
  const entered = { ...handOver, phase, confirmed: [], deadlineAtMs: nowMs + forMs };
  return entered.routers.length === 0 && phase === "releasing"
    ? whenAllConfirmed(entered, nowMs, limits)
    : repeat(entered);
}

function blank(routers: readonly string[]): HandOver {
  return { phase: "preparing", deadlineAtMs: 0, routers, confirmed: [], lost: [], owner: "source" };
}

function stay(handOver: HandOver): HandOverStep {
  return { handOver, orders: [] };
}

function repeat(handOver: HandOver): HandOverStep {
  return { handOver, orders: ordersOf(handOver) };
}

/** What the phase asks for and has not been reported. */
function ordersOf({ phase, routers, confirmed }: HandOver): readonly HandOverOrder[] {
  const missing = routers.filter((router) => !confirmed.includes(router));
  switch (phase) {
    case "preparing":
      return [{ type: "Prepare" }];
    case "placing":
      return [{ type: "Place", at: "target" }];
    case "finishing":
      // All at once: what reaches the source after it has stopped comes back, and waits at its router.
      return [{ type: "Finish" }, ...missing.map((router) => ({ type: "Buffer" as const, router }))];
    case "adopting":
      return [{ type: "Adopt" }];
    case "releasing":
      return missing.map((router) => ({ type: "Release", router }));
    case "placingBack":
      return [{ type: "Place", at: "source" }];
    case "returning":
      return [{ type: "Return" }];
    case "done":
    case "cancelled":
      return [];
  }
}
