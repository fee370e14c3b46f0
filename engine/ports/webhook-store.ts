/** Whether an endpoint is told: as it happens; not for now, by an operator; or no more, since it takes nothing. */
export type EndpointState = "active" | "paused" | "suspended";

/** What an endpoint is made with. */
export interface NewEndpoint {
  /** UUID, made by whoever adds it: adding twice makes one endpoint. */
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  /** Types of events that it is told, such as `order.confirmed`. */
  readonly types: readonly string[];
  /** It may have an address of one's own network, this machine included. */
  readonly allowsPrivate: boolean;
  /** It may be reached without encryption, wherever it is. */
  readonly allowsPlain: boolean;
  readonly secret: string;
}

/** Somebody else's address that is told what happens in the shop, as operators see it: without its secrets. */
export interface Endpoint extends Omit<NewEndpoint, "secret"> {
  readonly state: EndpointState;
  /** Why it is not active; null while it is. */
  readonly reason: string | null;
  readonly createdAtMs: number;
  /** Since when every attempt has failed; null while it takes what it gets. */
  readonly failingSinceMs: number | null;
  readonly lastDeliveredAtMs: number | null;
  readonly lastFailure: string | null;
  /** Until when the secret before the newest one signs, too; null when none does. */
  readonly previousSecretUntilMs: number | null;
  /** Grows with whatever operators change, and when it is suspended. */
  readonly revision: number;
}

/** An endpoint with what signs for it, the newest first. */
export interface SignedEndpoint extends Endpoint {
  readonly secrets: readonly string[];
}

/** An event as it is told to an endpoint, each time with the same bytes. */
export interface OutgoingEvent {
  readonly id: string;
  readonly shard: number;
  /** The segment that it comes from… */
  readonly seq: number;
  /** …and which of its events it is, from 0. */
  readonly ordinal: number;
  readonly type: string;
  /** What it is about. Events of one subject are told in their order. */
  readonly subject: string;
  readonly occurredAtMs: number;
  readonly body: string;
}

/** An event that could not be told yet: it waits for another attempt, or behind one of its subject that does. */
export interface WaitingLetter {
  readonly event: OutgoingEvent;
  readonly attempts: number;
  readonly firstFailedAtMs: number | null;
  readonly dueAtMs: number;
  readonly lastFailure: string | null;
}

/** An event that is not tried any more until somebody asks for it. */
export interface DeadLetter extends WaitingLetter {
  readonly diedAtMs: number;
}

/** One shard's step from the position that is stored. */
export interface EndpointStep {
  readonly shard: number;
  readonly oldSeq: number;
  readonly newSeq: number;
}

/** How an endpoint takes what it gets. */
export type EndpointHealth = Pick<Endpoint, "failingSinceMs" | "lastDeliveredAtMs" | "lastFailure">;

/** What some attempts have come to: stored all together or not at all. */
export interface RoundRecord {
  readonly steps: readonly EndpointStep[];
  /** Letters that were taken at last. */
  readonly settled: readonly string[];
  /** Letters that wait, new or changed. */
  readonly waiting: readonly WaitingLetter[];
  readonly dead: readonly DeadLetter[];
  readonly health: EndpointHealth;
  /** Why it is told nothing more; null when it goes on. */
  readonly suspension: string | null;
}

/** How many letters an endpoint has. */
export interface LetterCounts {
  readonly waiting: number;
  readonly dead: number;
}

/** What an operator changes of an endpoint. */
export type EndpointChange =
  | { readonly type: "Pause"; readonly reason: string }
  | { readonly type: "Resume"; readonly nowMs: number }
  | { readonly type: "RotateSecret"; readonly secret: string; readonly previousUntilMs: number };

/** Somebody else has moved the endpoint's positions, or it is gone. Nothing was stored. */
export class EndpointMoved extends Error {
  override readonly name = "EndpointMoved";
}

/** The first positions of an endpoint, by shard: the last segment of which it is told nothing. */
export type FirstPositions = readonly (readonly [shard: number, seq: number])[];

/** Who is told what, and how far each of them is. */
export interface WebhookStore {
  /** Adds an endpoint. Undefined when there is one of this id. */
  add(endpoint: NewEndpoint, positions: FirstPositions, nowMs: number): Promise<Endpoint | undefined>;
  /** All endpoints, the oldest first. */
  endpoints(): Promise<readonly SignedEndpoint[]>;
  find(id: string): Promise<SignedEndpoint | undefined>;
  counts(id: string): Promise<LetterCounts>;
  /** Undefined when there is no such endpoint. */
  change(id: string, change: EndpointChange): Promise<Endpoint | undefined>;
  /** Forgets an endpoint with all that waits for it. Returns whether there was one. */
  remove(id: string): Promise<boolean>;
  positions(id: string): Promise<ReadonlyMap<number, number>>;
  /** In the order of their shards and segments. */
  waiting(id: string): Promise<readonly WaitingLetter[]>;
  /** @throws {EndpointMoved} */
  record(id: string, round: RoundRecord): Promise<void>;
  /** Dead letters, the newest first. */
  dead(id: string, countMax: number): Promise<readonly DeadLetter[]>;
  /** Tells whether that event is a dead letter. */
  isDead(id: string, eventId: string): Promise<boolean>;
  /** Has dead letters tried again: that one, or all. Returns how many. */
  revive(id: string, eventId: string | undefined, nowMs: number): Promise<number>;
  /**
   * Takes the endpoint back to these positions where it is past them; dead letters from behind them are dropped, since they are told
   * again. Returns how many shards it goes back in.
   */
  takeBack(id: string, positions: FirstPositions): Promise<number>;
  /** Drops dead letters from before that time, and all but the newest so many of each endpoint. Returns how many are left. */
  tidy(diedBeforeMs: number, keptMax: number): Promise<number>;
  close(): Promise<void>;
}
