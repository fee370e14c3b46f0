const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How endpoints are told, and how much of the machine and of the database that may take. */
export interface WebhookLimits {
  /** A receiver has so long for its answer, from looking up its name on, ms. */
  readonly answerMsMax: number;
  /** Requests that are under way to one endpoint. */
  readonly inFlightMax: number;
  /** Events of one round of one endpoint: what memory holds, and what a kill at the worst moment has told twice. */
  readonly eventsPerRoundMax: number;
  /** Those of one shard in a round: a busy one leaves room for others. */
  readonly eventsPerShardMax: number;
  /** Segments that are read in a round, whether or not anything in them is told. */
  readonly segmentsPerRoundMax: number;
  /** Events that an endpoint is told in a second: also one that answers at once shares the machine with the sale. */
  readonly eventsPerSecondMax: number;
  /** After reading what is new an endpoint pauses this many times as long as that took: its backlog takes a quarter of one core at most. */
  readonly readPauseFactor: number;
  /** …but no longer than this, ms: the clock may have been set, or the machine have slept. */
  readonly readPauseMsMax: number;
  /** Pause between two looks at shards that have nothing new, ms. */
  readonly idlePauseMs: number;
  /** An endpoint that is told nothing of some shard, which cannot be read or has an order that the read models lack, looks at it again after this long, ms. */
  readonly leftOutMsMax: number;
  /** Positions are stored with what was told; while nothing is, this often, ms. */
  readonly positionsEveryMs: number;
  /** The first repetition comes after this long, each further one after three times as long… */
  readonly retryMs: number;
  /** …up to this long, ms. Both are varied by a fifth, so that many do not come at once. */
  readonly retryMsMax: number;
  /** An event that others have overtaken, and that was refused for so long, becomes a dead letter, ms. */
  readonly refusedMsMax: number;
  /** An endpoint that has taken nothing for so long is told of in the log, ms: no single event that it refuses once is. */
  readonly failingToldMs: number;
  /** An endpoint that has taken nothing for so long is suspended, ms. */
  readonly failingMsMax: number;
  /**
   * After so many failures with no success between them an endpoint counts as away, and is only tried now and then. More than twice
   * `inFlightMax`: so many may be refused side by side, one event of each subject, by one that takes others.
   */
  readonly failuresUntilAway: number;
  /** The longest pause between two tries of an endpoint that is away, ms. */
  readonly awayPauseMsMax: number;
  /** Events that wait for another attempt, per endpoint. Of more than these the one that was refused longest becomes a dead letter. */
  readonly waitingMax: number;
  /** Dead letters that are kept per endpoint… */
  readonly deadMax: number;
  /** …and for how long, ms. */
  readonly deadKeptMs: number;
  /** How often endpoints are looked for that are new or changed, ms: all that it costs to have none. */
  readonly lookEveryMs: number;
  /** How often dead letters are counted, and old ones dropped, ms. */
  readonly tidyEveryMs: number;
  /** What is under way has so long to end when its node gives the duty up, ms. */
  readonly endMsMax: number;
}

/** About a day for an event, and for an endpoint. */
export const defaultWebhookLimits: WebhookLimits = {
  answerMsMax: 15_000,
  inFlightMax: 8,
  eventsPerRoundMax: 64,
  eventsPerShardMax: 16,
  segmentsPerRoundMax: 1_000,
  eventsPerSecondMax: 500,
  readPauseFactor: 3,
  readPauseMsMax: 10_000,
  idlePauseMs: 250,
  leftOutMsMax: MINUTE_MS,
  positionsEveryMs: 5_000,
  retryMs: 1_000,
  retryMsMax: HOUR_MS,
  refusedMsMax: DAY_MS,
  failingToldMs: 10_000,
  failingMsMax: DAY_MS,
  failuresUntilAway: 20,
  awayPauseMsMax: MINUTE_MS / 2,
  waitingMax: 500,
  deadMax: 10_000,
  deadKeptMs: 30 * DAY_MS,
  lookEveryMs: 1_000,
  tidyEveryMs: MINUTE_MS,
  endMsMax: 2_000,
};

/** Endpoints of one shop. Each reads the journal for itself. */
export const ENDPOINTS_MAX = 16;
