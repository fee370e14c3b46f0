/**
 * What the work of a lane weighs, so that its processor time can be spread over the shards that had the work. `bun
 * bench/probes/work-units.ts` measures how long each of them takes; only how they compare matters.
 */

/** Asking one actor: a client's command or read, a message, an answer, a timer. */
export const DECISION_UNITS = 4;
/** One event on its way into the journal. */
export const EVENT_UNITS = 1;
/** One segment: what a shard has of a commit. */
export const SEGMENT_UNITS = 4;
