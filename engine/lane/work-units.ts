/**
 * What the work of a lane weighs, so that its processor time can be spread over the shards that had the work. `bun
 * bench/probes/work-units.ts` measures how long each takes: about 2.3 µs and 9.2 µs, and a segment next to nothing beside
 * its events. Only how they compare matters.
 */

/** Asking one actor: a client's command or read, a message, an answer, a timer. */
export const DECISION_UNITS = 1;
/** One event on its way into the journal, with the key behind it. */
export const EVENT_UNITS = 4;
